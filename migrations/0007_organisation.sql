-- Who evaluates: the tree from the association down to the points where people register.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    -- The place in the tree, `/demo/nancheng`; grants are given over paths.
    path TEXT NOT NULL UNIQUE,
    parent_id TEXT REFERENCES organisation (id),
    kind TEXT NOT NULL CHECK (kind IN
        ('association', 'enterprise', 'college', 'city_centre', 'exam_site', 'registration_point')),
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- The 13 characters of certificate numbers; only filed organisations have one.
    site_code TEXT UNIQUE,
    -- The exam site that usually seats the people of a registration point; a batch may differ.
    served_by_id TEXT REFERENCES organisation (id),
    -- Filing (备案): first day, first day no longer filed, and the paper it stands on.
    filed_from TEXT,
    filed_to TEXT,
    filing_document TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX organisation_by_parent ON organisation (parent_id);
CREATE INDEX organisation_by_served_by ON organisation (served_by_id);
CREATE INDEX organisation_by_name ON organisation (kind, name_zh);
