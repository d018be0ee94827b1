-- Certificates two people decided to issue; written with their decision, so that a crash loses none.
CREATE TABLE certificate_order (
    application_id TEXT PRIMARY KEY REFERENCES application (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    position BIGINT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    approval_id TEXT NOT NULL REFERENCES approval (id),
    approved_at BIGINT NOT NULL,
    -- Key of the sentence that says what stood in the way, and the value it names; empty for nothing.
    refusal TEXT NOT NULL,
    refusal_detail TEXT NOT NULL
);
CREATE INDEX certificate_order_batch ON certificate_order (batch_code, position);
CREATE INDEX certificate_order_person ON certificate_order (person_id);
CREATE INDEX certificate_order_approval ON certificate_order (approval_id);

-- The last serial given out, by site code and year; level_code is empty when all levels share a run.
CREATE TABLE certificate_serial (
    site_code TEXT NOT NULL,
    year BIGINT NOT NULL,
    level_code TEXT NOT NULL,
    last_serial BIGINT NOT NULL CHECK (last_serial BETWEEN 0 AND 999999),
    PRIMARY KEY (site_code, year, level_code)
);

-- A certificate: first what is going to be signed (intended), then the signature (valid), perhaps
-- revoked later; never removed. Payload, token and salt hold personal data and are sealed.
CREATE TABLE certificate (
    number TEXT PRIMARY KEY,
    application_id TEXT NOT NULL UNIQUE REFERENCES certificate_order (application_id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    person_id TEXT NOT NULL REFERENCES person (id),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    -- The body that answers for it (谁发证).
    issuer_path TEXT NOT NULL REFERENCES organisation (path),
    issuer_name TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    payload_sealed TEXT NOT NULL,
    -- SHA-256 of the exact bytes to be signed.
    payload_digest TEXT NOT NULL,
    salt_sealed TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('intended', 'valid', 'revoked')),
    intended_at BIGINT NOT NULL,
    token_sealed TEXT,
    token_digest TEXT UNIQUE,
    -- SHA-256 of the signed file, and the name of its sealed form in the file store.
    pdf_digest TEXT,
    pdf_file TEXT,
    signed_at BIGINT,
    revoked_at BIGINT,
    revocation_reason TEXT,
    CHECK (status = 'intended' OR (token_sealed IS NOT NULL AND token_digest IS NOT NULL
        AND pdf_digest IS NOT NULL AND pdf_file IS NOT NULL AND signed_at IS NOT NULL)),
    CHECK (status <> 'revoked' OR (revoked_at IS NOT NULL AND revocation_reason IS NOT NULL))
);
CREATE INDEX certificate_batch ON certificate (batch_code, number);
CREATE INDEX certificate_person ON certificate (person_id);
CREATE INDEX certificate_issuer ON certificate (issuer_path);
CREATE INDEX certificate_status ON certificate (status, intended_at);
