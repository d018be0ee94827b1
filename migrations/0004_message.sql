-- What is to be told to somebody, and whether the gateway took it.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    phone_sealed TEXT NOT NULL,
    text_sealed TEXT NOT NULL,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX message_created ON message (created_at);
