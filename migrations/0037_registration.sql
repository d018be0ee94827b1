-- A roster is read once, by a job, into rows that can be looked at, filtered and mended; taking it in
-- writes applications that nobody sees until the roster as a whole is in force.
ALTER TABLE roster_upload ADD COLUMN job_id TEXT REFERENCES job (id);
-- Cells of the heading, sealed; none until the file was read.
ALTER TABLE roster_upload ADD COLUMN heading_sealed TEXT;
-- When all rows of the file stood in roster_row.
ALTER TABLE roster_upload ADD COLUMN staged_at BIGINT;
-- Keyed digest of all that taking it in would write; none when a row was mended since.
ALTER TABLE roster_upload ADD COLUMN checked_digest TEXT;
-- Since when its new applications stand: one row is changed and all are there.
ALTER TABLE roster_upload ADD COLUMN in_force_at BIGINT;
CREATE INDEX roster_upload_job ON roster_upload (job_id);
UPDATE roster_upload SET in_force_at = confirmed_at;

CREATE TABLE roster_row (
    roster_id TEXT NOT NULL REFERENCES roster_upload (id),
    -- Its number in the sheet, the heading being 1.
    row_no BIGINT NOT NULL,
    -- Its cells in the order of the template, sealed as one value.
    cells_sealed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'new', 'unchanged', 'changed', 'refused')),
    -- The fields that are wrong, each between blanks.
    wrong_fields TEXT NOT NULL,
    -- Earlier rows with the same serial and the same person.
    serial_first BIGINT,
    document_first BIGINT,
    -- Keyed digest of what the row would write and of what it was worked out from.
    fingerprint TEXT NOT NULL,
    mended_at BIGINT,
    -- What it was taken in as, and whether the person was not known before.
    application_id TEXT REFERENCES application (id),
    made_person BOOLEAN NOT NULL,
    PRIMARY KEY (roster_id, row_no)
);
CREATE INDEX roster_row_state ON roster_row (roster_id, state, row_no);
CREATE INDEX roster_row_application ON roster_row (application_id);

ALTER TABLE application ADD COLUMN roster_id TEXT REFERENCES roster_upload (id);
CREATE INDEX application_roster ON application (roster_id);
CREATE INDEX application_serial ON application (batch_code, serial);

-- Every application but those of rosters that are not in force: what anybody may see.
CREATE VIEW standing_application AS
SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number, clause_text, point_path,
    exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on, work_years_stated, education,
    major, diploma_sealed, source, particulars_sealed, status, origin, submitted_at, version, reviewed_photo
FROM application
WHERE roster_id IS NULL OR roster_id IN (SELECT id FROM roster_upload WHERE in_force_at IS NOT NULL);
