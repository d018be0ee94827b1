-- One form (卷) of a theory paper: A, B and the reserve R are parallel and share no item.
CREATE TABLE form (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    letter TEXT NOT NULL CHECK (letter IN ('A', 'B', 'R')),
    blueprint_id TEXT NOT NULL REFERENCES blueprint (id),
    -- What the draw of its items can be repeated from.
    seed TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    -- SHA-256 of everything it says, keys included.
    digest TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('assembled', 'locked')),
    assembled_by TEXT NOT NULL REFERENCES account (id),
    assembled_at BIGINT NOT NULL,
    -- After this nothing of it changes.
    locked_at BIGINT,
    UNIQUE (batch_code, occupation_code, level_code, letter),
    CHECK ((status = 'locked') = (locked_at IS NOT NULL))
);
CREATE INDEX form_blueprint ON form (blueprint_id);
CREATE INDEX form_assembled_by ON form (assembled_by);

-- An item as it stands in a form: a copy of the version it had then, so that what was printed can
-- be read from here alone.
CREATE TABLE form_item (
    form_id TEXT NOT NULL REFERENCES form (id),
    no BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    point_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'multiple', 'judgement')),
    -- Hundredths: the share of candidates expected to answer right.
    difficulty_centi BIGINT NOT NULL,
    stem TEXT NOT NULL,
    -- A JSON list of the options' texts, A first; empty for a judgement.
    options TEXT NOT NULL,
    -- Letters in order; T or F for a judgement. Never leaves for a candidate's browser.
    answer_key TEXT NOT NULL,
    -- Hundredths of a point.
    points_centi BIGINT NOT NULL CHECK (points_centi > 0),
    PRIMARY KEY (form_id, no),
    UNIQUE (form_id, item_id),
    FOREIGN KEY (item_id, item_version) REFERENCES item_version (item_id, version)
);
CREATE INDEX form_item_item ON form_item (item_id, item_version);

-- Who fetched a locked form to print it, and when.
CREATE TABLE form_print (
    id TEXT PRIMARY KEY,
    form_id TEXT NOT NULL REFERENCES form (id),
    document TEXT NOT NULL CHECK (document IN ('paper', 'answer_sheet')),
    printed_by TEXT NOT NULL REFERENCES account (id),
    printed_at BIGINT NOT NULL
);
CREATE INDEX form_print_form ON form_print (form_id, printed_at);
CREATE INDEX form_print_printed_by ON form_print (printed_by);
