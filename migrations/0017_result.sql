-- Results: the decision on each candidate, and its publication by two people.
CREATE TABLE result (
    application_id TEXT PRIMARY KEY REFERENCES application (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'fail', 'absent')),
    decided_at BIGINT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES account (id),
    published_at BIGINT
);
CREATE INDEX result_batch ON result (batch_code, outcome);
CREATE INDEX result_decided_by ON result (decided_by);

CREATE TABLE result_publication (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    -- SHA-256 over every decision.
    digest TEXT NOT NULL,
    candidates BIGINT NOT NULL,
    passes BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    -- Last day of the public notice.
    notice_ends_on TEXT NOT NULL,
    published_by TEXT NOT NULL REFERENCES account (id)
);
CREATE INDEX result_publication_by ON result_publication (published_by);
