-- The registration book (报名簿) of a batch: who takes a serial or changes an application holds this
-- row. It is closed when the list of admitted candidates is frozen.
CREATE TABLE registration_book (
    batch_code TEXT PRIMARY KEY REFERENCES batch (code),
    -- Highest serial given so far.
    last_serial BIGINT NOT NULL,
    closed_at BIGINT
);

-- One person's application (报名) for one level of one occupation in a batch.
CREATE TABLE application (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- 序号: of the roster, or the next of the book.
    serial BIGINT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    occupation_code TEXT NOT NULL,
    level_code TEXT NOT NULL,
    -- 申报条件 as named by the applicant; the number is the clause's of the standard.
    clause_number TEXT NOT NULL,
    clause_text TEXT NOT NULL,
    -- 报名单位 in the organisation tree.
    point_path TEXT NOT NULL,
    -- 正考 / 补考.
    exam_kind TEXT NOT NULL CHECK (exam_kind IN ('first', 'retake')),
    -- Certificate already held; its number is sealed, empty for none.
    prior_level TEXT,
    prior_certificate_sealed TEXT NOT NULL,
    prior_issued_on TEXT,
    work_started_on TEXT,
    work_years_stated BIGINT,
    education TEXT NOT NULL,
    major TEXT NOT NULL,
    -- Number of the diploma, sealed; empty for none.
    diploma_sealed TEXT NOT NULL,
    -- 考生来源.
    source TEXT NOT NULL,
    -- What the form asks beside that, sealed as one value.
    particulars_sealed TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('submitted', 'returned', 'withdrawn')),
    origin TEXT NOT NULL CHECK (origin IN ('roster', 'self')),
    submitted_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (batch_code, person_id, occupation_code, level_code)
);
CREATE INDEX application_person ON application (person_id);
CREATE INDEX application_point ON application (batch_code, point_path);

-- A roster as it was handed in; the file itself is kept sealed under sealed_digest.
CREATE TABLE roster_upload (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    -- SHA-256 of the file as it came.
    digest TEXT NOT NULL,
    sealed_digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    uploaded_by TEXT NOT NULL REFERENCES account (id),
    uploaded_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('previewed', 'confirmed')),
    confirmed_at BIGINT
);
CREATE INDEX roster_upload_batch ON roster_upload (batch_code);
CREATE INDEX roster_upload_account ON roster_upload (uploaded_by);

-- What an applicant agreed to, in which wording, when.
CREATE TABLE consent (
    application_id TEXT NOT NULL REFERENCES application (id),
    kind TEXT NOT NULL CHECK (kind IN ('privacy_notice', 'sensitive_data')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, kind, version)
);
