-- Every human, once. Columns ending in _sealed are ciphertext; columns ending in _index are keyed
-- hashes that allow finding a known value and nothing else. Source: trust.md design (d).
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    document_kind TEXT NOT NULL,
    document_index TEXT NOT NULL UNIQUE,
    document_sealed TEXT NOT NULL,
    name_sealed TEXT NOT NULL,
    phone_index TEXT NOT NULL,
    phone_sealed TEXT NOT NULL,
    detail_sealed TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX person_phone ON person (phone_index);

-- The picture itself is a sealed file named by the digest of its ciphertext.
CREATE TABLE person_photo (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    digest TEXT NOT NULL,
    plain_digest TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
);
