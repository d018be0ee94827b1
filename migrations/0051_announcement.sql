-- The office of a batch writes to its candidates (通知考生).
CREATE TABLE announcement (
    -- Made with the page that asks for confirmation, so that the same answer sent twice is sent once.
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    audience TEXT NOT NULL CHECK (audience IN ('applied', 'returned', 'fee_due', 'admitted', 'site')),
    -- The exam site, when the audience is narrowed to one.
    site_id TEXT REFERENCES site (id),
    -- As it was written, without the title of the batch; it is about nobody in particular.
    text TEXT NOT NULL,
    -- People, not applications.
    recipient_count BIGINT NOT NULL,
    told_count BIGINT NOT NULL,
    -- Those who had taken their application back when it was their turn.
    skipped_count BIGINT NOT NULL,
    written_by TEXT NOT NULL REFERENCES account (id),
    written_at BIGINT NOT NULL,
    -- When its people were fixed and its job began. Without it nothing was sent: the server stopped while
    -- the people were written, and nobody sees it.
    sent_at BIGINT
);
CREATE INDEX announcement_batch ON announcement (batch_code, sent_at);
CREATE INDEX announcement_site ON announcement (site_id);
CREATE INDEX announcement_by ON announcement (written_by);

-- Who an announcement is for, each once.
CREATE TABLE announcement_recipient (
    announcement_id TEXT NOT NULL REFERENCES announcement (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    -- When their message was queued; none while they wait, or when they were passed over.
    told_at BIGINT,
    -- When they were passed over, because they had taken their application back.
    skipped_at BIGINT,
    PRIMARY KEY (announcement_id, person_id)
);
CREATE INDEX announcement_recipient_person ON announcement_recipient (person_id);
CREATE INDEX announcement_recipient_left ON announcement_recipient (announcement_id, told_at, skipped_at, person_id);
