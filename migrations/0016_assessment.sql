-- Assessment: what every examiner and clerk wrote down, and the one score of each part it became.

-- Share of an item's points for a part of the right letters and no wrong one. Without a row there is
-- none: only the whole answer counts. Dated, because a standard may change it.
CREATE TABLE partial_credit (
    component_id TEXT NOT NULL REFERENCES component (id),
    percent BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (component_id, valid_from)
);

-- One row a part: whoever writes scores of the part changes this row first, so that writers queue.
CREATE TABLE score_sheet (
    component_id TEXT PRIMARY KEY REFERENCES batch_component (id),
    version BIGINT NOT NULL
);

-- The score of one candidate in one part. Written once, never changed.
CREATE TABLE component_score (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    application_id TEXT NOT NULL REFERENCES application (id),
    component_id TEXT NOT NULL REFERENCES batch_component (id),
    kind TEXT NOT NULL CHECK (kind IN ('scored', 'absent')),
    -- Hundredths of a point.
    score_centi BIGINT CHECK (score_centi BETWEEN 0 AND 10000),
    origin TEXT NOT NULL CHECK (origin IN ('objective', 'double_entry', 'sealed_scores', 'attendance')),
    -- SHA-256 of everything the score was computed from.
    inputs_digest TEXT NOT NULL,
    sealed_at BIGINT NOT NULL,
    sealed_by TEXT NOT NULL REFERENCES account (id),
    UNIQUE (application_id, component_id),
    CHECK ((kind = 'scored') = (score_centi IS NOT NULL))
);
CREATE INDEX component_score_batch ON component_score (batch_code);
CREATE INDEX component_score_component ON component_score (component_id);
CREATE INDEX component_score_sealed_by ON component_score (sealed_by);

-- One examiner's own score of one candidate. Written once, never changed, and read by nobody else
-- before every examiner of the candidate has written theirs.
CREATE TABLE sealed_score (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    application_id TEXT NOT NULL REFERENCES application (id),
    component_id TEXT NOT NULL REFERENCES batch_component (id),
    examiner TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('scored', 'absent')),
    score_centi BIGINT CHECK (score_centi BETWEEN 0 AND 10000),
    sealed_at BIGINT NOT NULL,
    UNIQUE (application_id, component_id, examiner),
    CHECK ((kind = 'scored') = (score_centi IS NOT NULL))
);
CREATE INDEX sealed_score_batch ON sealed_score (batch_code);
CREATE INDEX sealed_score_component ON sealed_score (component_id);
CREATE INDEX sealed_score_examiner ON sealed_score (examiner);

-- Paper theory, entered twice by two clerks. Entries that differ stay, and a new round begins.
CREATE TABLE score_entry (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    application_id TEXT NOT NULL REFERENCES application (id),
    component_id TEXT NOT NULL REFERENCES batch_component (id),
    round BIGINT NOT NULL CHECK (round > 0),
    entry BIGINT NOT NULL CHECK (entry IN (1, 2)),
    entered_by TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('scored', 'absent')),
    score_centi BIGINT CHECK (score_centi BETWEEN 0 AND 10000),
    entered_at BIGINT NOT NULL,
    UNIQUE (application_id, component_id, round, entry),
    UNIQUE (application_id, component_id, round, entered_by),
    CHECK ((kind = 'scored') = (score_centi IS NOT NULL))
);
CREATE INDEX score_entry_batch ON score_entry (batch_code);
CREATE INDEX score_entry_component ON score_entry (component_id);
CREATE INDEX score_entry_entered_by ON score_entry (entered_by);
