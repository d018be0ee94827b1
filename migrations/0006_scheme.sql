-- What is certified and by which rule: dated rows, each with the source it comes from.
-- valid_from is the first day, valid_to the first day no longer in force (empty = still in force).

CREATE TABLE occupation (
    id TEXT PRIMARY KEY,
    -- The code in the national classification; empty until it is confirmed.
    code TEXT,
    dictionary TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- Level codes the classification's standards have, lowest first, separated by blanks.
    levels TEXT NOT NULL,
    -- Off until an organisation confirms the row.
    enabled BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D'))
);
CREATE INDEX occupation_by_code ON occupation (code, valid_from);
CREATE INDEX occupation_by_name ON occupation (name_zh, valid_from);

-- Codes are data: an enterprise may have its own ladder, mapped to the national one.
CREATE TABLE level (
    code TEXT NOT NULL,
    -- 1 is the lowest level.
    position BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- The national level it counts as.
    national_equivalent TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D')),
    PRIMARY KEY (code, valid_from)
);

CREATE TABLE standard (
    id TEXT PRIMARY KEY,
    occupation_code TEXT NOT NULL,
    version TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- Level codes this standard certifies, lowest first, separated by blanks.
    levels TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D'))
);
CREATE INDEX standard_by_occupation ON standard (occupation_code, valid_from);

-- One condition of application (申报条件); an applicant names one of them.
CREATE TABLE clause (
    id TEXT PRIMARY KEY,
    standard_id TEXT NOT NULL REFERENCES standard (id),
    level_code TEXT NOT NULL,
    -- The number in the brackets the clause begins with.
    position BIGINT NOT NULL,
    number TEXT NOT NULL,
    -- The short form registration templates offer.
    label_zh TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    -- The condition as a tree in JSON; `scheme::Predicate` reads it.
    predicate TEXT NOT NULL,
    -- Codes of the papers that prove it, separated by blanks.
    materials TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D')),
    UNIQUE (standard_id, level_code, position, valid_from)
);

-- One part of an examination (考核部分): what is sat, how long, how it is scored and passed.
CREATE TABLE component (
    id TEXT PRIMARY KEY,
    standard_id TEXT NOT NULL REFERENCES standard (id),
    level_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('theory', 'practical', 'panel', 'other')),
    position BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- A batch may choose another delivery.
    delivery TEXT NOT NULL CHECK (delivery IN ('paper', 'computer', 'on_site')),
    minutes BIGINT NOT NULL,
    -- Percent in the figure of an organisation that adds the parts up; no part makes up for another.
    weight_percent BIGINT NOT NULL,
    -- Hundredths of a point.
    pass_mark BIGINT NOT NULL,
    scoring TEXT NOT NULL CHECK (scoring IN ('objective', 'sealed_scores')),
    -- How many score each candidate; 0 where nobody does.
    examiners BIGINT NOT NULL,
    combination TEXT NOT NULL CHECK (combination IN ('single', 'mean', 'trimmed_mean')),
    rounding TEXT NOT NULL CHECK (rounding IN ('hundredth_half_up', 'whole_half_up')),
    -- Hundredths of a point: two scores this far apart call for another examiner. Empty = never.
    third_on_difference BIGINT,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D')),
    UNIQUE (standard_id, level_code, position, valid_from)
);

CREATE TABLE fee (
    id TEXT PRIMARY KEY,
    component_id TEXT NOT NULL REFERENCES component (id),
    -- Hundredths of a yuan.
    amount BIGINT NOT NULL,
    jurisdiction TEXT NOT NULL,
    document TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D'))
);
CREATE INDEX fee_by_component ON fee (component_id, valid_from);

-- Holidays and the weekend days worked in their stead, as published year by year.
CREATE TABLE calendar_day (
    day TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('holiday', 'working_day')),
    name TEXT NOT NULL,
    source TEXT NOT NULL
);

-- Spans of a batch's timetable counted in working days.
CREATE TABLE window_rule (
    code TEXT NOT NULL,
    working_days BIGINT NOT NULL,
    -- Whether the span must last at least or at most that long.
    bound TEXT NOT NULL CHECK (bound IN ('at_least', 'at_most')),
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C', 'D')),
    PRIMARY KEY (code, valid_from)
);
