-- Results at the scale of a province. A result carries what lists and tables of it ask for, so that a page
-- of it is one short query; that all are decided is one row, and that they are published is one row.
ALTER TABLE result ADD COLUMN person_id TEXT REFERENCES person (id);
ALTER TABLE result ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN occupation_code TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN level_code TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN point_path TEXT NOT NULL DEFAULT '';
-- When the candidate was told that the result can be read.
ALTER TABLE result ADD COLUMN told_at BIGINT;
UPDATE result SET
    person_id = (SELECT person_id FROM admitted WHERE admitted.application_id = result.application_id),
    number = COALESCE((SELECT number FROM admission_number
        WHERE admission_number.application_id = result.application_id), ''),
    occupation_code = COALESCE((SELECT occupation_code FROM admitted
        WHERE admitted.application_id = result.application_id), ''),
    level_code = COALESCE((SELECT level_code FROM admitted
        WHERE admitted.application_id = result.application_id), ''),
    point_path = COALESCE((SELECT point_path FROM admitted
        WHERE admitted.application_id = result.application_id), ''),
    told_at = published_at;
-- Published is what result_publication says, for all results of a batch at once.
ALTER TABLE result DROP COLUMN published_at;
CREATE INDEX result_person ON result (person_id);
CREATE INDEX result_list ON result (batch_code, number);
CREATE INDEX result_told ON result (batch_code, told_at);

-- Whether the results of a batch are all decided; whoever changes them takes this row first.
CREATE TABLE result_book (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    -- Counts the changes.
    version BIGINT NOT NULL,
    -- SHA-256 over every decision; none while they are being decided.
    digest TEXT,
    decided_at BIGINT
);
INSERT INTO result_book (batch_code, version, digest, decided_at)
SELECT result.batch_code, 1, COALESCE(MAX(result_publication.digest), ''), MAX(result.decided_at)
FROM result LEFT JOIN result_publication ON result_publication.batch_code = result.batch_code
GROUP BY result.batch_code;

-- What was decided, counted by occupation, level and registration point.
CREATE TABLE result_tally (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    point_path TEXT NOT NULL,
    admitted BIGINT NOT NULL,
    -- Scored in at least one part.
    present BIGINT NOT NULL,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    absent BIGINT NOT NULL,
    PRIMARY KEY (batch_code, occupation_code, level_code, point_path)
);

-- How many scores of a kind of part lie in which tenth of the scale.
CREATE TABLE result_band (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    point_path TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('theory', 'practical', 'panel', 'other')),
    -- 0 for 0 to 9.99, 9 for 90 to 100.
    band BIGINT NOT NULL CHECK (band BETWEEN 0 AND 9),
    scores BIGINT NOT NULL,
    -- Their sum, in hundredths of a point.
    sum_centi BIGINT NOT NULL,
    PRIMARY KEY (batch_code, occupation_code, level_code, point_path, kind, band)
);

-- Certificates: the list two people decide on is written before the decision and stands with it.
CREATE TABLE certificate_decision (
    approval_id TEXT PRIMARY KEY REFERENCES approval (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    candidates BIGINT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX certificate_decision_batch ON certificate_decision (batch_code);
INSERT INTO certificate_decision (approval_id, batch_code, candidates, decided_at)
SELECT approval_id, batch_code, COUNT(*), MIN(approved_at) FROM certificate_order GROUP BY approval_id, batch_code;

-- Where the holder registered, for lists by city.
ALTER TABLE certificate_order ADD COLUMN point_path TEXT NOT NULL DEFAULT '';
UPDATE certificate_order SET point_path = COALESCE((SELECT point_path FROM application
    WHERE application.id = certificate_order.application_id), '');

-- Orders that somebody decided on; others were written for a decision that was never made.
CREATE VIEW standing_order AS
SELECT application_id, batch_code, position, person_id, occupation_code, level_code, point_path, approval_id,
    approved_at, refusal, refusal_detail
FROM certificate_order WHERE approval_id IN (SELECT approval_id FROM certificate_decision);

-- Who collected a certificate, and when (发放).
CREATE TABLE certificate_handout (
    number TEXT PRIMARY KEY REFERENCES certificate (number),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    point_path TEXT NOT NULL,
    collected_on TEXT NOT NULL,
    -- By the holder, by somebody else, by post.
    way TEXT NOT NULL CHECK (way IN ('holder', 'other', 'post')),
    -- Who collected it for the holder, or the number of the parcel; sealed, empty for the holder.
    collector_sealed TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES account (id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX certificate_handout_batch ON certificate_handout (batch_code, point_path);
CREATE INDEX certificate_handout_by ON certificate_handout (recorded_by);
