-- The item bank of one occupation and level, kept by one organisation for itself and those below it.
CREATE TABLE item_bank (
    id TEXT PRIMARY KEY,
    org_path TEXT NOT NULL,
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    UNIQUE (org_path, occupation_code, level_code)
);

-- A file handed in for a bank. Its bytes lie in the file store; nothing of it is in the bank before
-- it is confirmed.
CREATE TABLE item_import (
    -- SHA-256 of the bank and the file: the same file may be handed in for two banks.
    digest TEXT PRIMARY KEY,
    bank_id TEXT NOT NULL REFERENCES item_bank (id),
    kind TEXT NOT NULL CHECK (kind IN ('blueprint', 'items')),
    file_digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    staged_by TEXT NOT NULL REFERENCES account (id),
    staged_at BIGINT NOT NULL,
    confirmed_by TEXT REFERENCES account (id),
    confirmed_at BIGINT
);
CREATE INDEX item_import_bank ON item_import (bank_id, staged_at);
CREATE INDEX item_import_staged_by ON item_import (staged_by);
CREATE INDEX item_import_confirmed_by ON item_import (confirmed_by);

-- A blueprint (鉴定要素细目表). A changed one is a new version; the newest counts.
CREATE TABLE blueprint (
    id TEXT PRIMARY KEY,
    bank_id TEXT NOT NULL REFERENCES item_bank (id),
    version BIGINT NOT NULL,
    import_digest TEXT NOT NULL REFERENCES item_import (digest),
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    UNIQUE (bank_id, version)
);
CREATE INDEX blueprint_import ON blueprint (import_digest);
CREATE INDEX blueprint_created_by ON blueprint (created_by);

-- One assessment point (鉴定点) with the three ranges above it. Weights are hundredths of a percent.
CREATE TABLE blueprint_point (
    blueprint_id TEXT NOT NULL REFERENCES blueprint (id),
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    importance TEXT NOT NULL CHECK (importance IN ('X', 'Y', 'Z')),
    -- How many items of this point stand in each form.
    per_form BIGINT NOT NULL CHECK (per_form > 0),
    first_code TEXT NOT NULL,
    first_name TEXT NOT NULL,
    first_weight BIGINT NOT NULL,
    second_code TEXT NOT NULL,
    second_name TEXT NOT NULL,
    second_weight BIGINT NOT NULL,
    third_code TEXT NOT NULL,
    third_name TEXT NOT NULL,
    third_weight BIGINT NOT NULL,
    PRIMARY KEY (blueprint_id, code)
);

-- An item by its number in the bank. What it says stands in its versions.
CREATE TABLE item (
    id TEXT PRIMARY KEY,
    bank_id TEXT NOT NULL REFERENCES item_bank (id),
    number BIGINT NOT NULL,
    -- The version that counts.
    version BIGINT NOT NULL,
    UNIQUE (bank_id, number)
);

-- What an item said: never changed after it was written, so that a form of last year can be read.
CREATE TABLE item_version (
    item_id TEXT NOT NULL REFERENCES item (id),
    version BIGINT NOT NULL,
    import_digest TEXT NOT NULL REFERENCES item_import (digest),
    kind TEXT NOT NULL CHECK (kind IN ('single', 'multiple', 'judgement')),
    point_code TEXT NOT NULL,
    cognition TEXT NOT NULL,
    -- Hundredths: the share of candidates expected to answer right.
    difficulty_centi BIGINT NOT NULL CHECK (difficulty_centi BETWEEN 0 AND 100),
    stem TEXT NOT NULL,
    -- A JSON list of the options' texts, A first; empty for a judgement.
    options TEXT NOT NULL,
    -- Letters in order; T or F for a judgement.
    answer_key TEXT NOT NULL,
    explanation TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'accepted', 'refused')),
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    reviewed_by TEXT REFERENCES account (id),
    reviewed_at BIGINT,
    review_reason TEXT NOT NULL,
    PRIMARY KEY (item_id, version),
    CHECK (reviewed_by IS NULL OR reviewed_by <> created_by)
);
CREATE INDEX item_version_import ON item_version (import_digest);
CREATE INDEX item_version_created_by ON item_version (created_by);
CREATE INDEX item_version_reviewed_by ON item_version (reviewed_by);
