-- The sitting: who came, what each candidate answered, and how it ended.

-- A candidate was let in to a seat. The code signs them in at the exam computer; it is shown once
-- and kept only as a keyed hash, which is emptied when the candidate begins.
CREATE TABLE check_in (
    seat_id TEXT PRIMARY KEY REFERENCES seat (id),
    application_id TEXT NOT NULL REFERENCES application (id),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    checked_in_by TEXT NOT NULL REFERENCES account (id),
    checked_in_at BIGINT NOT NULL,
    code_hash TEXT NOT NULL,
    failed_tries BIGINT NOT NULL,
    UNIQUE (application_id, sitting_id)
);
CREATE INDEX check_in_sitting ON check_in (sitting_id);
CREATE INDEX check_in_by ON check_in (checked_in_by);

-- One candidate's work on one form. `chain_head` is the rolling hash over every counted change,
-- `acked_seq` the number of the last; both move together and only in the answer ledger.
CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    seat_id TEXT NOT NULL UNIQUE REFERENCES seat (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    application_id TEXT NOT NULL REFERENCES application (id),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    form_id TEXT NOT NULL REFERENCES form (id),
    -- What the candidate reads on the screen, as it was at the check-in.
    seat_label TEXT NOT NULL,
    admission_number TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    epoch BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'handed_in', 'closed')),
    open_at BIGINT NOT NULL,
    close_at BIGINT NOT NULL,
    item_count BIGINT NOT NULL,
    acked_seq BIGINT NOT NULL,
    chain_head TEXT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    receipt TEXT,
    CHECK ((ended_at IS NULL) = (state IN ('waiting', 'open'))),
    CHECK ((receipt IS NULL) = (ended_at IS NULL))
);
CREATE INDEX attempt_batch ON attempt (batch_code);
CREATE INDEX attempt_application ON attempt (application_id);
CREATE INDEX attempt_sitting ON attempt (sitting_id);
CREATE INDEX attempt_form ON attempt (form_id);
CREATE INDEX attempt_account ON attempt (account_id);
CREATE INDEX attempt_due ON attempt (state, close_at);
CREATE INDEX attempt_ended ON attempt (ended_at);

-- The answer that counts for each item: the one with the highest number.
CREATE TABLE answer (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    item_no BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    answer TEXT NOT NULL,
    server_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, item_no)
);

-- What arrived at or after the close: kept as evidence, never counted.
CREATE TABLE late_answer (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    item_no BIGINT NOT NULL,
    answer TEXT NOT NULL,
    client_at BIGINT NOT NULL,
    server_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, epoch, seq)
);

-- Up to which change the trail knows the chain of an attempt that is still open.
CREATE TABLE rolled_head (
    attempt_id TEXT PRIMARY KEY REFERENCES attempt (id),
    seq BIGINT NOT NULL
);

-- Who was there and who was not, seat by seat.
CREATE TABLE attendance (
    seat_id TEXT PRIMARY KEY REFERENCES seat (id),
    room_use_id TEXT NOT NULL REFERENCES room_use (id),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    application_id TEXT NOT NULL REFERENCES application (id),
    state TEXT NOT NULL CHECK (state IN ('present', 'absent')),
    recorded_by TEXT NOT NULL REFERENCES account (id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX attendance_room ON attendance (room_use_id);
CREATE INDEX attendance_sitting ON attendance (sitting_id);
CREATE INDEX attendance_batch ON attendance (batch_code);
CREATE INDEX attendance_application ON attendance (application_id);
CREATE INDEX attendance_by ON attendance (recorded_by);

-- A room's record was closed: after this no mark of it changes.
CREATE TABLE room_closing (
    room_use_id TEXT PRIMARY KEY REFERENCES room_use (id),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    expected BIGINT NOT NULL,
    present BIGINT NOT NULL,
    absent BIGINT NOT NULL,
    closed_by TEXT NOT NULL REFERENCES account (id),
    closed_at BIGINT NOT NULL,
    CHECK (expected = present + absent)
);
CREATE INDEX room_closing_sitting ON room_closing (sitting_id);
CREATE INDEX room_closing_batch ON room_closing (batch_code);
CREATE INDEX room_closing_by ON room_closing (closed_by);
