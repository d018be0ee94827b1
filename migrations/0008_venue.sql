-- Where people sit: the grounds of an exam site and their rooms.
CREATE TABLE site (
    id TEXT PRIMARY KEY,
    -- The path of the organisation that runs it.
    org_path TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX site_by_org ON site (org_path);

CREATE TABLE room (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('paper', 'computer', 'practical')),
    -- Places in a column, counted from the door side to the back.
    row_count BIGINT NOT NULL CHECK (row_count > 0),
    column_count BIGINT NOT NULL CHECK (column_count > 0),
    -- Places nobody can sit at (pillar, broken computer), as `3,7`.
    blocked TEXT NOT NULL,
    UNIQUE (site_id, code)
);
