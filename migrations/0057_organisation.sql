-- Which authority looks after a body (属地管理); what stands below a body is looked after by the same, unless it says otherwise.
CREATE TABLE organisation_supervision (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    authority_id TEXT NOT NULL REFERENCES organisation (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (organisation_id, authority_id, valid_from)
);
CREATE INDEX organisation_supervision_by_authority ON organisation_supervision (authority_id);
