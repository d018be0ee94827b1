-- More kinds of bodies, and their filing no longer among them. SQLite changes neither a check nor a unique column, so
-- the table is written anew; what points to it is looked at again when all of it is there.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE organisation_before AS SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source
    FROM organisation;
DROP TABLE organisation;

-- Who evaluates: the tree from an association, an enterprise or a college down to the points where people register, and
-- the authorities beside it.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    -- The place in the tree, `/demo/nancheng`; grants are given over paths.
    path TEXT NOT NULL UNIQUE,
    parent_id TEXT REFERENCES organisation (id),
    kind TEXT NOT NULL CHECK (kind IN
        ('authority', 'association', 'enterprise', 'college', 'special_ability_body', 'subsidiary', 'leading_centre',
         'management_centre', 'certification_centre', 'evaluation_centre', 'head_station', 'base', 'city_centre',
         'exam_site', 'registration_point')),
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- The body that usually seats the people who register here; a batch may differ.
    served_by_id TEXT REFERENCES organisation (id),
    source TEXT NOT NULL
);
INSERT INTO organisation (id, path, parent_id, kind, name_zh, name_en, served_by_id, source)
SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source FROM organisation_before ORDER BY path;
DROP TABLE organisation_before;
CREATE INDEX organisation_by_parent ON organisation (parent_id);
CREATE INDEX organisation_by_served_by ON organisation (served_by_id);
CREATE INDEX organisation_by_name ON organisation (kind, name_zh);
