-- Review, payment and the list of those who sit the exam.

-- One row a batch, written before anything else in this stage changes: it counts the changes, and
-- once frozen_at is set nothing may change any more.
CREATE TABLE admission_list (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    changes BIGINT NOT NULL,
    -- SHA-256 over everybody admitted and everybody left out.
    digest TEXT,
    admitted_count BIGINT NOT NULL,
    left_out_count BIGINT NOT NULL,
    leave_out_reason TEXT NOT NULL,
    frozen_by TEXT REFERENCES account (id),
    frozen_at BIGINT,
    CHECK ((frozen_at IS NULL) = (digest IS NULL)),
    CHECK ((frozen_at IS NULL) = (frozen_by IS NULL))
);
CREATE INDEX admission_list_frozen_by ON admission_list (frozen_by);

-- Every decision ever made on an application, with what the machine proposed. Never updated.
CREATE TABLE admission_review (
    id TEXT PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- The version of the application that was read.
    application_version BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'return', 'refuse')),
    proposed TEXT NOT NULL CHECK (proposed IN ('accept', 'return', 'refuse')),
    reason TEXT NOT NULL,
    -- The clause the applicant was held against; none when the one named is not in force.
    clause_id TEXT REFERENCES clause (id),
    -- The proposal with its findings; sealed, because findings quote certificates and diplomas.
    proposal_sealed TEXT NOT NULL,
    -- SHA-256 over the facts, the clause and the reference date.
    inputs_digest TEXT NOT NULL,
    reviewed_by TEXT NOT NULL REFERENCES account (id),
    reviewed_at BIGINT NOT NULL,
    -- A decision gives the application a new version, so each version is decided once.
    UNIQUE (application_id, application_version),
    CHECK (decision = 'accept' OR reason <> ''),
    CHECK (decision = proposed OR reason <> '')
);
CREATE INDEX admission_review_batch ON admission_review (batch_code);
CREATE INDEX admission_review_clause ON admission_review (clause_id);
CREATE INDEX admission_review_by ON admission_review (reviewed_by);

-- How each reviewed application stands. One that nobody has reviewed has no row.
CREATE TABLE admission (
    application_id TEXT PRIMARY KEY REFERENCES application (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    state TEXT NOT NULL CHECK (state IN ('returned', 'refused', 'accepted', 'paid', 'admitted', 'left_out')),
    -- The version the decision gave the application: any later one was changed by the applicant and
    -- waits for a decision again.
    application_version BIGINT NOT NULL,
    -- The latest decision; none for an application left out unreviewed.
    review_id TEXT REFERENCES admission_review (id),
    -- How it stood when the list was frozen without it.
    left_from TEXT CHECK (left_from IN ('pending', 'returned', 'accepted')),
    CHECK (review_id IS NOT NULL OR state = 'left_out'),
    CHECK ((left_from IS NOT NULL) = (state = 'left_out'))
);
CREATE INDEX admission_batch ON admission (batch_code, state);
CREATE INDEX admission_review_standing ON admission (review_id);

-- A fee that was received.
CREATE TABLE admission_payment (
    application_id TEXT PRIMARY KEY REFERENCES admission (application_id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- Hundredths of a yuan.
    amount BIGINT NOT NULL,
    receipt_number TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES account (id),
    recorded_at BIGINT NOT NULL,
    UNIQUE (batch_code, receipt_number)
);
CREATE INDEX admission_payment_by ON admission_payment (recorded_by);

-- The frozen list. A row needs a payment: nobody who has not paid can be on it.
CREATE TABLE admitted (
    application_id TEXT PRIMARY KEY REFERENCES admission_payment (application_id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    serial BIGINT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    point_path TEXT NOT NULL
);
CREATE INDEX admitted_batch ON admitted (batch_code, serial);
CREATE INDEX admitted_person ON admitted (person_id);
