-- Figures that bound or decide registration, as dated rows: a figure in force on a day is the one with the
-- latest valid_from not after it.
CREATE TABLE registration_figure (
    code TEXT NOT NULL CHECK (code IN ('roster_rows', 'roster_megabytes', 'kept_component_months')),
    value BIGINT NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    -- Last day; none for open.
    valid_to TEXT,
    -- Where the figure comes from; [own] for one that nobody prescribed.
    source TEXT NOT NULL,
    PRIMARY KEY (code, valid_from)
);
INSERT INTO registration_figure (code, value, text_zh, text_en, valid_from, valid_to, source) VALUES
    ('roster_rows', 120000, '一份花名册最多行数', 'Most rows of one roster', '2019-01-01', NULL,
     '[own] ten times the largest published batch, 12,318 applications'),
    ('roster_megabytes', 48, '一份花名册文件最大兆字节', 'Largest roster file in megabytes', '2019-01-01', NULL,
     '[own] 120,000 rows of 34 columns take about 25 MB'),
    ('kept_component_months', 12, '已合格科目自考试日起保留月数', 'Months a passed part counts from its exam day',
     '2019-01-01', NULL, 'one retake within one year of the exam: gzy.asnc.edu.cn/pxzx/59bae3eabbc74c718a319777ac5a531c.htm; first day [own]');

-- Which template a roster was read by, and in which row of the file its heading was found.
ALTER TABLE roster_upload ADD COLUMN template_id TEXT NOT NULL DEFAULT 'template-33';
ALTER TABLE roster_upload ADD COLUMN heading_row BIGINT NOT NULL DEFAULT 1;
-- Whether whoever handed it in chose the template; else it is told from the heading.
ALTER TABLE roster_upload ADD COLUMN template_chosen BOOLEAN NOT NULL DEFAULT FALSE;

-- A register of parts that people passed without passing the whole (合格科目), as one of the province
-- handed it in; it counts from the decision of a second person on.
CREATE TABLE passed_import (
    id TEXT PRIMARY KEY,
    -- The batch on whose pages it was handed in; what it says counts in every batch.
    batch_code TEXT NOT NULL REFERENCES batch (code),
    file_name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES account (id),
    proposed_at BIGINT NOT NULL,
    -- Since when its rows count; none while it waits.
    in_force_at BIGINT
);
CREATE INDEX passed_import_batch ON passed_import (batch_code);
CREATE INDEX passed_import_account ON passed_import (proposed_by);

CREATE TABLE passed_component (
    id TEXT PRIMARY KEY,
    import_id TEXT NOT NULL REFERENCES passed_import (id),
    -- Keyed digest of the document, as person.document_index: the person need not have registered here.
    document_index TEXT NOT NULL,
    -- Name and document as handed in, sealed as one value, for whoever decides.
    holder_sealed TEXT NOT NULL,
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    component_kind TEXT NOT NULL CHECK (component_kind IN ('theory', 'practical', 'panel', 'other')),
    -- The day of that examination.
    passed_on TEXT NOT NULL,
    -- Score in hundredths; none when the record does not say.
    score_centi BIGINT,
    -- What the record rests on.
    basis TEXT NOT NULL,
    UNIQUE (import_id, document_index, occupation_code, level_code, component_kind)
);
CREATE INDEX passed_component_document ON passed_component (document_index, occupation_code, level_code);

-- What a retake keeps from the freeze of the list on: until then it follows the register.
CREATE TABLE kept_component (
    application_id TEXT NOT NULL REFERENCES application (id),
    component_kind TEXT NOT NULL CHECK (component_kind IN ('theory', 'practical', 'panel', 'other')),
    passed_component_id TEXT NOT NULL REFERENCES passed_component (id),
    PRIMARY KEY (application_id, component_kind)
);
CREATE INDEX kept_component_passed ON kept_component (passed_component_id);
