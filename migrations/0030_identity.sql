-- A duty proposed for an account. It counts only when a second person decided so (approval of the
-- kind grant.give over it); nobody proposes or decides a duty of their own.
CREATE TABLE grant_proposal (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    org_path TEXT NOT NULL,
    batch_code TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES account (id),
    proposed_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    decided_by TEXT REFERENCES account (id),
    decided_at BIGINT,
    CHECK (proposed_by <> account_id),
    CHECK (decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> account_id))
);
CREATE INDEX grant_proposal_account ON grant_proposal (account_id);
CREATE INDEX grant_proposal_status ON grant_proposal (status, proposed_at);
CREATE INDEX grant_proposal_proposed_by ON grant_proposal (proposed_by);
CREATE INDEX grant_proposal_decided_by ON grant_proposal (decided_by);

-- Who proposed a duty (granted_by decided it); empty where the installation gave it.
ALTER TABLE duty_grant ADD COLUMN proposed_by TEXT;
-- When and by whom a duty was taken back; it stops to count at once.
ALTER TABLE duty_grant ADD COLUMN ended_at BIGINT;
ALTER TABLE duty_grant ADD COLUMN ended_by TEXT;

-- A link by which the owner of an account sets a password nobody else ever knew. Used once; kept only
-- as a hash.
CREATE TABLE activation (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX activation_account ON activation (account_id);
