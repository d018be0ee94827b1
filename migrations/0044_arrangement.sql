-- Each site of a batch is drawn and confirmed by itself; the batch's plan (seat_plan) is confirmed when
-- every site is. What a draw is repeated from stands with its site; the columns of that kind in seat_plan
-- hold it for plans that were drawn for a whole batch at once.
CREATE TABLE site_plan (
    batch_code TEXT NOT NULL REFERENCES batch (code),
    site_id TEXT NOT NULL REFERENCES site (id),
    -- Organisation that runs the site.
    site_path TEXT NOT NULL,
    -- Its place among the sites of the batch; part of every admission number.
    place BIGINT NOT NULL CHECK (place > 0),
    -- drawing: rows of a new draw are being written, and nobody sees them.
    status TEXT NOT NULL CHECK (status IN ('to_draw', 'drawing', 'drawn', 'confirmed')),
    version BIGINT NOT NULL,
    candidates BIGINT NOT NULL,
    draws BIGINT NOT NULL,
    -- What the draw is repeated from: crate arrangement, rules::lots; hexadecimal digits, empty before a draw.
    seed TEXT NOT NULL,
    population TEXT NOT NULL,
    chance TEXT NOT NULL,
    -- SHA-256 of who sat where when it was drawn.
    digest TEXT NOT NULL,
    -- Why the last draw could not be made, as JSON; empty when it could.
    conflicts TEXT NOT NULL,
    -- The job that owes the site a draw, and since when; a cancelled job is asked no longer and still owes it.
    job_id TEXT REFERENCES job (id),
    asked_at BIGINT,
    drawn_at BIGINT,
    confirmed_at BIGINT,
    confirmed_by TEXT REFERENCES account (id),
    PRIMARY KEY (batch_code, site_id),
    UNIQUE (batch_code, place),
    CHECK ((status = 'confirmed') = (confirmed_at IS NOT NULL))
);
CREATE INDEX site_plan_site ON site_plan (site_id);
CREATE INDEX site_plan_job ON site_plan (job_id);
CREATE INDEX site_plan_confirmed_by ON site_plan (confirmed_by);

-- Plans that were drawn for a whole batch: each of their sites stands as the batch does.
INSERT INTO site_plan (batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population,
    chance, digest, conflicts, job_id, asked_at, drawn_at, confirmed_at, confirmed_by)
SELECT seat_plan.batch_code, site.id, site.org_path,
    (SELECT COUNT(DISTINCT earlier.site_id) FROM sitting_site AS earlier
        JOIN sitting AS held ON held.id = earlier.sitting_id
        WHERE held.batch_code = seat_plan.batch_code AND earlier.site_id <= site.id),
    CASE WHEN seat_plan.status = 'confirmed' THEN 'confirmed' ELSE 'drawn' END, seat_plan.version,
    (SELECT COUNT(DISTINCT seat.application_id) FROM seat JOIN room_use ON room_use.id = seat.room_use_id
        JOIN sitting AS sat ON sat.id = seat.sitting_id
        WHERE sat.batch_code = seat_plan.batch_code AND room_use.site_id = site.id),
    seat_plan.draws, seat_plan.seed, seat_plan.population, seat_plan.chance, seat_plan.digest, '', NULL, NULL,
    seat_plan.drawn_at, seat_plan.confirmed_at, NULL
FROM seat_plan JOIN site ON site.id IN (SELECT sitting_site.site_id FROM sitting_site
    JOIN sitting ON sitting.id = sitting_site.sitting_id WHERE sitting.batch_code = seat_plan.batch_code);

-- Every exam room but those of sites that are being drawn: what anybody may see.
CREATE VIEW standing_room_use AS
SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path, room_use.ordinal,
    room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count, room_use.column_count,
    room_use.blocked, room_use.places, sitting.batch_code, sitting.starts_at
FROM room_use JOIN sitting ON sitting.id = room_use.sitting_id
WHERE NOT EXISTS (SELECT 1 FROM site_plan WHERE site_plan.batch_code = sitting.batch_code
    AND site_plan.site_id = room_use.site_id AND site_plan.status = 'drawing');

-- How wide exam room and seat are in the admission numbers of the batch, at least.
ALTER TABLE admission_series ADD COLUMN room_width BIGINT NOT NULL DEFAULT 2;
ALTER TABLE admission_series ADD COLUMN seat_width BIGINT NOT NULL DEFAULT 2;

-- Of how many a stage reports a part: 9 / 14 sites; 0 where it reports one number.
ALTER TABLE stage_progress ADD COLUMN note_total BIGINT NOT NULL DEFAULT 0;
UPDATE stage_progress SET note_key = 'seat-plan-note-sites-confirmed',
    note_count = (SELECT COUNT(*) FROM site_plan WHERE site_plan.batch_code = stage_progress.batch_code
        AND site_plan.status = 'confirmed'),
    note_total = (SELECT COUNT(*) FROM site_plan WHERE site_plan.batch_code = stage_progress.batch_code)
WHERE stage = 4;
