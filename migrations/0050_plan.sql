-- A city with two sites sends the people of one occupation to one and those of another to the other.
-- What stands here goes before the site of the point; without a row everybody sits at the point's site.
CREATE TABLE batch_point_elsewhere (
    batch_code TEXT NOT NULL,
    point_path TEXT NOT NULL,
    occupation_code TEXT NOT NULL,
    site_id TEXT NOT NULL REFERENCES site (id),
    PRIMARY KEY (batch_code, point_path, occupation_code),
    FOREIGN KEY (batch_code, point_path) REFERENCES batch_point (batch_code, point_path)
);
CREATE INDEX batch_point_elsewhere_site ON batch_point_elsewhere (site_id);
