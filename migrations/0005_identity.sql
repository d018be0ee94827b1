-- Who may sign in. A candidate signs in by phone (login phone:INDEX) and has no password.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'candidate')),
    login TEXT UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT,
    failed_tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- A duty given to an account: which role, where in the organisation tree, from when until when.
CREATE TABLE duty_grant (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    org_path TEXT NOT NULL,
    batch_code TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    granted_by TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX duty_grant_account ON duty_grant (account_id);

-- A signed-in browser. The cookie's value is kept only as its hash.
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_account ON session (account_id);

-- One-time codes sent to a phone; kept only as keyed hashes.
CREATE TABLE one_time_code (
    id TEXT PRIMARY KEY,
    phone_index TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_code_phone ON one_time_code (phone_index, created_at);

-- Two people: one proposes a powerful act over exactly this payload, another decides.
CREATE TABLE approval (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    batch_code TEXT,
    payload_digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES account (id),
    proposed_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    decided_by TEXT REFERENCES account (id),
    decided_at BIGINT,
    CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE INDEX approval_object ON approval (kind, object_id);
CREATE INDEX approval_proposed_by ON approval (proposed_by);
CREATE INDEX approval_decided_by ON approval (decided_by);
