-- The tamper-evident trail. Format: docs/formats/trail.md. Owner: crates/trail.

-- One thing that somebody did, or was refused. Never updated, never deleted.
CREATE TABLE trail_entry (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    object_seq BIGINT NOT NULL,
    batch TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    reason TEXT NOT NULL,
    request_id TEXT NOT NULL,
    node TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    payload_salt TEXT NOT NULL,
    payload TEXT NOT NULL,
    payload_commitment TEXT NOT NULL,
    entry_hash TEXT NOT NULL,
    -- Two writers can never fork the chain of one object: the slower one fails.
    UNIQUE (object_kind, object_id, object_seq)
);
CREATE INDEX trail_entry_by_time ON trail_entry (at, id);
CREATE INDEX trail_entry_by_batch ON trail_entry (batch, at, id);

-- Entries that have no place in the log yet; the sequencer empties it.
CREATE TABLE trail_pending (
    entry_id TEXT NOT NULL PRIMARY KEY REFERENCES trail_entry (id)
);

-- The place of each entry in the log, from 0, without gaps.
CREATE TABLE trail_leaf (
    leaf_index BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE REFERENCES trail_entry (id),
    leaf_hash TEXT NOT NULL
);

-- Signed statements: the first `size` leaves have this root.
CREATE TABLE trail_checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    at BIGINT NOT NULL
);
