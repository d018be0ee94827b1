-- Who sits where and when (编排). One plan a batch; until it is confirmed it may be drawn again.
CREATE TABLE seat_plan (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    status TEXT NOT NULL CHECK (status IN ('drafted', 'confirmed')),
    version BIGINT NOT NULL,
    -- How often it was drawn: a plan drawn until somebody liked it shows.
    draws BIGINT NOT NULL,
    -- What the draw is repeated from: crate arrangement, rules::lots; hexadecimal digits.
    seed TEXT NOT NULL,
    population TEXT NOT NULL,
    chance TEXT NOT NULL,
    -- SHA-256 of who sits where.
    digest TEXT NOT NULL,
    drawn_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    CHECK ((status = 'confirmed') = (confirmed_at IS NOT NULL))
);

-- A time slot (场次): one kind of component, one way to sit it, one beginning.
CREATE TABLE sitting (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    component_kind TEXT NOT NULL CHECK (component_kind IN ('theory', 'practical', 'panel', 'other')),
    delivery TEXT NOT NULL CHECK (delivery IN ('paper', 'computer', 'on_site')),
    starts_at BIGINT NOT NULL,
    -- When its last group ends.
    ends_at BIGINT NOT NULL,
    -- Of one group; before a panel, of one person.
    minutes BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    UNIQUE (batch_code, component_kind, delivery, starts_at, minutes)
);

-- Whose candidates take part.
CREATE TABLE sitting_level (
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    PRIMARY KEY (sitting_id, occupation_code, level_code)
);

-- One site of a sitting, and what its plan is measured against.
CREATE TABLE sitting_site (
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    candidates BIGINT NOT NULL,
    -- Groups one after another.
    turns BIGINT NOT NULL,
    -- No plan needs fewer rooms.
    rooms_least BIGINT NOT NULL,
    -- At least so many if papers never shared a room; null when the site has not so many.
    rooms_unmixed BIGINT,
    PRIMARY KEY (sitting_id, site_id)
);
CREATE INDEX sitting_site_site ON sitting_site (site_id);

-- One room in one sitting (考场), with its door and layout as they were when the plan was drawn.
CREATE TABLE room_use (
    id TEXT PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    room_id TEXT NOT NULL REFERENCES room (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    site_path TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    room_code TEXT NOT NULL,
    room_name TEXT NOT NULL,
    room_name_en TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    column_count BIGINT NOT NULL,
    blocked TEXT NOT NULL,
    -- How many it takes at a time.
    places BIGINT NOT NULL,
    UNIQUE (sitting_id, room_id)
);
CREATE INDEX room_use_room ON room_use (room_id);
CREATE INDEX room_use_site ON room_use (site_id);

-- One person's place in one sitting.
CREATE TABLE seat (
    id TEXT PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    room_use_id TEXT NOT NULL REFERENCES room_use (id),
    -- Seat number in writing; the order of entry otherwise.
    number BIGINT NOT NULL CHECK (number > 0),
    turn BIGINT NOT NULL CHECK (turn > 0),
    application_id TEXT NOT NULL REFERENCES application (id),
    -- Which paper is sat there.
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    form_letter TEXT NOT NULL CHECK (form_letter IN ('A', 'B', '')),
    UNIQUE (sitting_id, application_id),
    UNIQUE (room_use_id, number)
);
CREATE INDEX seat_application ON seat (application_id);

-- The batch's running number in its year, part of every admission number.
CREATE TABLE admission_series (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    year BIGINT NOT NULL,
    series BIGINT NOT NULL CHECK (series > 0),
    UNIQUE (year, series)
);

-- 准考证号, given when the plan is confirmed and never changed after.
CREATE TABLE admission_number (
    application_id TEXT PRIMARY KEY REFERENCES application (id),
    batch_code TEXT NOT NULL REFERENCES batch (code),
    number TEXT NOT NULL UNIQUE
);
CREATE INDEX admission_number_batch ON admission_number (batch_code);
