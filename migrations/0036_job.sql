-- Long work (任务): begun by somebody, done beside the requests, step by step. What it works on keeps
-- its own rows; here stands how far it is and what became of it.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    -- Which work, such as roster.read.
    kind TEXT NOT NULL,
    -- The row it works on.
    subject TEXT NOT NULL,
    batch_code TEXT REFERENCES batch (code),
    started_by TEXT NOT NULL REFERENCES account (id),
    -- The request that began it, for the trail.
    request_id TEXT NOT NULL,
    -- Where its result is seen.
    page TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    done_count BIGINT NOT NULL,
    -- 0 until it is known.
    total_count BIGINT NOT NULL,
    -- Key of the sentence that says how it ended, and its values in JSON: numbers and days.
    outcome TEXT NOT NULL,
    outcome_values TEXT NOT NULL,
    -- Which process works on it; none while it waits. beat grows as long as that process lives.
    worker TEXT,
    beat BIGINT NOT NULL,
    -- How often it was begun.
    turn_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    cancel_asked_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX job_account ON job (started_by, created_at);
CREATE INDEX job_batch ON job (batch_code);
CREATE INDEX job_status ON job (status, created_at);
CREATE INDEX job_subject ON job (subject, kind);
