-- One browser holds an attempt, and every change of an answer is kept.

-- SHA-256 of the session that was opened with the check-in code: only it may write. Empty until
-- somebody signs in at the seat, and again when the candidate moves to another machine.
ALTER TABLE attempt ADD COLUMN seat_session TEXT;

-- Every counted change in order: the chain of the attempt can be worked out again from it, and a
-- number that comes again is compared with what it was. Never updated.
CREATE TABLE answer_change (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    item_no BIGINT NOT NULL,
    answer TEXT NOT NULL,
    -- When the client says it happened: kept, never believed.
    client_at BIGINT NOT NULL,
    server_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, seq)
);
