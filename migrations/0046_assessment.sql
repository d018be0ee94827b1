-- Scores at the scale of a province: each figure names the exam room in which its candidate sat that part,
-- so that a room's state is counted from this stage's own rows; scoring is a job that ends in one row; and
-- a workbook of figures is kept row by row until a job has entered them.
ALTER TABLE component_score ADD COLUMN room_use_id TEXT REFERENCES room_use (id);
ALTER TABLE sealed_score ADD COLUMN room_use_id TEXT REFERENCES room_use (id);
ALTER TABLE score_entry ADD COLUMN room_use_id TEXT REFERENCES room_use (id);

UPDATE component_score SET room_use_id = (SELECT MIN(seat.room_use_id) FROM seat
    JOIN sitting ON sitting.id = seat.sitting_id
    JOIN batch_component ON batch_component.kind = sitting.component_kind
    WHERE seat.application_id = component_score.application_id
    AND batch_component.id = component_score.component_id);
UPDATE sealed_score SET room_use_id = (SELECT MIN(seat.room_use_id) FROM seat
    JOIN sitting ON sitting.id = seat.sitting_id
    JOIN batch_component ON batch_component.kind = sitting.component_kind
    WHERE seat.application_id = sealed_score.application_id
    AND batch_component.id = sealed_score.component_id);
UPDATE score_entry SET room_use_id = (SELECT MIN(seat.room_use_id) FROM seat
    JOIN sitting ON sitting.id = seat.sitting_id
    JOIN batch_component ON batch_component.kind = sitting.component_kind
    WHERE seat.application_id = score_entry.application_id
    AND batch_component.id = score_entry.component_id);

CREATE INDEX component_score_room ON component_score (room_use_id);
CREATE INDEX component_score_rooms ON component_score (batch_code, room_use_id, origin);
CREATE INDEX component_score_parts ON component_score (batch_code, component_id);
CREATE INDEX sealed_score_room ON sealed_score (room_use_id);
CREATE INDEX score_entry_room ON score_entry (room_use_id);

-- The last whole run of scoring computer answers and recording absences. Without a row the answers of a
-- batch are not scored, however many scores a run that stopped has sealed.
CREATE TABLE score_run (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    -- SHA-256 of everything the scores were computed from; empty for runs before it was kept.
    inputs_digest TEXT NOT NULL,
    scored BIGINT NOT NULL,
    absent BIGINT NOT NULL,
    run_by TEXT NOT NULL REFERENCES account (id),
    run_at BIGINT NOT NULL
);
CREATE INDEX score_run_by ON score_run (run_by);
INSERT INTO score_run (batch_code, inputs_digest, scored, absent, run_by, run_at)
SELECT batch_code, '', CAST(SUM(CASE WHEN origin = 'objective' THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN origin = 'attendance' THEN 1 ELSE 0 END) AS BIGINT), MIN(sealed_by), MAX(sealed_at)
FROM component_score WHERE origin IN ('objective', 'attendance') GROUP BY batch_code;

-- A workbook of one person's figures. Another person's workbook of the same candidates is another row;
-- neither sees the other's.
CREATE TABLE score_import (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- Which kind of part the figures are of.
    kind TEXT NOT NULL CHECK (kind IN ('theory', 'practical', 'panel')),
    -- SHA-256 of the file as it came.
    file_digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    -- Rows that said again what this person had written down before, or whose score was complete.
    skipped_count BIGINT NOT NULL,
    job_id TEXT REFERENCES job (id),
    brought_by TEXT NOT NULL REFERENCES account (id),
    brought_at BIGINT NOT NULL
);
CREATE INDEX score_import_batch ON score_import (batch_code, brought_by, brought_at);
CREATE INDEX score_import_by ON score_import (brought_by);
CREATE INDEX score_import_job ON score_import (job_id);

CREATE TABLE score_import_row (
    import_id TEXT NOT NULL REFERENCES score_import (id),
    -- Its number in the sheet, the heading being 1.
    row_no BIGINT NOT NULL,
    application_id TEXT NOT NULL REFERENCES application (id),
    component_id TEXT NOT NULL REFERENCES batch_component (id),
    room_use_id TEXT NOT NULL REFERENCES room_use (id),
    -- Admission number: what the sheet calls the candidate.
    number TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('scored', 'absent')),
    score_centi BIGINT CHECK (score_centi BETWEEN 0 AND 10000),
    -- What became of it: waiting, entered, agreed, differs, refused.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'entered', 'agreed', 'differs', 'refused')),
    -- Key of the sentence that refused it; empty otherwise.
    refusal TEXT NOT NULL,
    PRIMARY KEY (import_id, row_no),
    CHECK ((kind = 'scored') = (score_centi IS NOT NULL))
);
CREATE INDEX score_import_row_state ON score_import_row (import_id, state, row_no);
CREATE INDEX score_import_row_application ON score_import_row (application_id);
CREATE INDEX score_import_row_component ON score_import_row (component_id);
CREATE INDEX score_import_row_room ON score_import_row (room_use_id);
