-- Somebody was moved to another seat of the same sitting, or changed places with somebody.
CREATE TABLE seat_move (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    site_id TEXT NOT NULL REFERENCES site (id),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    -- The draw of the site it belongs to: a new draw moves everybody, and nothing before it is undone.
    draw BIGINT NOT NULL,
    -- Counts the moves of the batch's site; the last one that stands is undone first.
    number BIGINT NOT NULL,
    application_id TEXT NOT NULL REFERENCES application (id),
    from_room_use_id TEXT NOT NULL,
    from_number BIGINT NOT NULL,
    to_room_use_id TEXT NOT NULL,
    to_number BIGINT NOT NULL,
    -- Who sat there and took the other seat; null when it was free.
    swapped_application_id TEXT REFERENCES application (id),
    reason TEXT NOT NULL CHECK (reason IN ('special_need', 'seat_fault', 'keep_apart', 'other')),
    -- The reason in words, sealed; it may say something about a person's health.
    words_sealed TEXT NOT NULL,
    moved_by TEXT NOT NULL REFERENCES account (id),
    moved_at BIGINT NOT NULL,
    undone_by TEXT REFERENCES account (id),
    undone_at BIGINT,
    UNIQUE (batch_code, site_id, number)
);
CREATE INDEX seat_move_site ON seat_move (site_id);
CREATE INDEX seat_move_sitting ON seat_move (sitting_id);
CREATE INDEX seat_move_application ON seat_move (application_id);
CREATE INDEX seat_move_swapped ON seat_move (swapped_application_id);
CREATE INDEX seat_move_moved_by ON seat_move (moved_by);
CREATE INDEX seat_move_undone_by ON seat_move (undone_by);

-- Everything printed for one site (考场材料), made by a job: tickets, door lists, seat cards, sign-in sheets.
CREATE TABLE print_pack (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    site_id TEXT NOT NULL REFERENCES site (id),
    job_id TEXT REFERENCES job (id),
    -- Most people in one file of tickets.
    people_most BIGINT NOT NULL CHECK (people_most > 0),
    -- Version of the site's plan it prints; a later move makes it out of date.
    site_version BIGINT NOT NULL,
    -- Files in all; 0 until the job has counted them.
    file_total BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    made_at BIGINT
);
CREATE INDEX print_pack_site ON print_pack (batch_code, site_id, asked_at);
CREATE INDEX print_pack_ground ON print_pack (site_id);
CREATE INDEX print_pack_job ON print_pack (job_id);

-- One PDF of a pack; the file itself lies sealed in the file store.
CREATE TABLE print_file (
    pack_id TEXT NOT NULL REFERENCES print_pack (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tickets', 'door_lists', 'seat_cards', 'sign_in_sheets')),
    -- First and last of the admission numbers in it, or of the exam rooms.
    first_in TEXT NOT NULL,
    last_in TEXT NOT NULL,
    people BIGINT NOT NULL,
    -- SHA-256 of the sealed file.
    digest TEXT NOT NULL,
    PRIMARY KEY (pack_id, number)
);
