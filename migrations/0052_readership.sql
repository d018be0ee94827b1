-- How often the public opened a page (阅读量), by day. Nothing about whoever read it.
CREATE TABLE times_read (
    matter TEXT NOT NULL CHECK (matter IN ('notice', 'occupation')),
    -- Code of the batch or of the occupation.
    key TEXT NOT NULL,
    day TEXT NOT NULL,
    times BIGINT NOT NULL CHECK (times > 0),
    PRIMARY KEY (matter, key, day)
);
