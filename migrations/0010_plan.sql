-- The plan of a batch (认定批次): what is certified, where, when, for how much.
CREATE TABLE batch (
    code TEXT PRIMARY KEY,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    org_path TEXT NOT NULL,
    reference_date TEXT NOT NULL,
    exam_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    published_at BIGINT
);

-- Occupation and level offered; the standard is the one in force when the plan was drawn up.
CREATE TABLE batch_level (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    standard_id TEXT NOT NULL REFERENCES standard (id),
    occupation_zh TEXT NOT NULL,
    occupation_en TEXT NOT NULL,
    level_zh TEXT NOT NULL,
    level_en TEXT NOT NULL,
    -- Hundredths of a yuan.
    fee BIGINT NOT NULL,
    PRIMARY KEY (batch_code, occupation_code, level_code)
);
CREATE INDEX batch_level_standard ON batch_level (standard_id);

-- The parts of the examination as this batch sits them: a copy, so that a later change of the
-- standard does not change an exam that was announced.
CREATE TABLE batch_component (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    component_id TEXT NOT NULL REFERENCES component (id),
    kind TEXT NOT NULL CHECK (kind IN ('theory', 'practical', 'panel', 'other')),
    position BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('paper', 'computer', 'on_site')),
    minutes BIGINT NOT NULL,
    pass_mark BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    UNIQUE (batch_code, occupation_code, level_code, position)
);
CREATE INDEX batch_component_component ON batch_component (component_id);

-- Registration points of the batch and the site that serves each.
CREATE TABLE batch_point (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    point_path TEXT NOT NULL,
    point_zh TEXT NOT NULL,
    point_en TEXT NOT NULL,
    site_id TEXT NOT NULL REFERENCES site (id),
    PRIMARY KEY (batch_code, point_path)
);
CREATE INDEX batch_point_site ON batch_point (site_id);

-- Half-open windows [opens_at, closes_at) of the batch.
CREATE TABLE batch_window (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    code TEXT NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    PRIMARY KEY (batch_code, code)
);

-- How each stage stands; site_id is empty for the batch as a whole.
CREATE TABLE stage_progress (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    stage BIGINT NOT NULL,
    site_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('now', 'done')),
    note_key TEXT NOT NULL,
    note_count BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (batch_code, stage, site_id)
);
