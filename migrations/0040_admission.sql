-- The review as an office works through it: how everything stands at a glance, many accepted at once, and
-- the reasons that are given again and again.

-- How every application that anybody may see stands in this stage, in the words of admission::State; a
-- test holds this against State::of, which says the same of one row.
CREATE VIEW standing_admission AS
SELECT a.id AS application_id, a.batch_code AS batch_code, a.serial AS serial, a.person_id AS person_id,
    a.occupation_code AS occupation_code, a.level_code AS level_code, a.point_path AS point_path,
    CASE
        WHEN s.state IN ('admitted', 'left_out') THEN s.state
        WHEN a.status = 'withdrawn' THEN 'withdrawn'
        WHEN s.state IS NULL OR s.application_version < a.version THEN 'pending'
        ELSE s.state
    END AS state,
    -- How it stood when the list was frozen without it.
    s.left_from AS left_from
FROM standing_application a LEFT JOIN admission s ON s.application_id = a.id;

-- An order to accept whatever waits, is left by the filter and that the machine proposes to accept. The
-- job that does it keeps here how far it has come.
CREATE TABLE admission_acceptance (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- The filter; none narrows nothing.
    occupation_code TEXT,
    level_code TEXT,
    point_path TEXT,
    -- The last application that was looked at: its serial and its id.
    last_serial BIGINT NOT NULL,
    last_application TEXT NOT NULL,
    looked_count BIGINT NOT NULL,
    accepted_count BIGINT NOT NULL,
    ordered_by TEXT NOT NULL REFERENCES account (id),
    ordered_at BIGINT NOT NULL
);
CREATE INDEX admission_acceptance_batch ON admission_acceptance (batch_code);
CREATE INDEX admission_acceptance_by ON admission_acceptance (ordered_by);

-- Reasons offered to reviewers (常见理由), in the words the applicant reads, so that the same thing is said
-- in the same words everywhere. Dated like every rule.
CREATE TABLE review_reason (
    code TEXT NOT NULL,
    -- The order in which they are offered.
    position BIGINT NOT NULL,
    -- For which decision.
    decision TEXT NOT NULL CHECK (decision IN ('return', 'refuse', 'either')),
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    -- First day no longer offered; none while it stands.
    valid_to TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (code, valid_from)
);
