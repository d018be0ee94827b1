-- How a jurisdiction handles filings (备案办理规程): dated, and never changed but followed by a later one.
CREATE TABLE filing_procedure (
    id TEXT PRIMARY KEY,
    -- Whose: this authority and those below it that have none of their own.
    authority_path TEXT NOT NULL,
    filing_kind TEXT NOT NULL CHECK (filing_kind IN ('employer', 'social', 'school', 'special_ability', 'station')),
    case_kind TEXT NOT NULL CHECK (case_kind IN ('application', 'scope_change', 'scope_reduction', 'renewal',
        'confirmation', 'suspension', 'resumption', 'withdrawal')),
    -- Working days for each step of the authority.
    accept_days BIGINT NOT NULL,
    assess_days BIGINT NOT NULL,
    decide_days BIGINT NOT NULL,
    -- Working days of public announcement (公示); 0 for none.
    announce_days BIGINT NOT NULL,
    -- How many experts assess, and with how many points a body passes; 0 for none.
    assessors BIGINT NOT NULL,
    pass_points BIGINT NOT NULL,
    -- Whether what is granted begins on trial (试运行), and for how many years it holds.
    begins_on_trial BOOLEAN NOT NULL,
    valid_years BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL
);
CREATE INDEX filing_procedure_by_kind ON filing_procedure (filing_kind, case_kind);

-- The papers of a procedure (材料清单).
CREATE TABLE filing_material (
    procedure_id TEXT NOT NULL REFERENCES filing_procedure (id),
    position BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    is_required BOOLEAN NOT NULL,
    -- Whether it may follow later under a commitment (告知承诺).
    may_be_promised BOOLEAN NOT NULL,
    PRIMARY KEY (procedure_id, position)
);

-- What experts look at (评估条件), with points; nothing outweighs a veto.
CREATE TABLE filing_condition (
    procedure_id TEXT NOT NULL REFERENCES filing_procedure (id),
    position BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    most BIGINT NOT NULL CHECK (most > 0),
    is_veto BOOLEAN NOT NULL,
    PRIMARY KEY (procedure_id, position)
);

-- One case (备案事项).
CREATE TABLE filing_case (
    id TEXT PRIMARY KEY,
    -- For people: year and serial.
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('application', 'scope_change', 'scope_reduction', 'renewal', 'confirmation',
        'suspension', 'resumption', 'withdrawal')),
    filing_kind TEXT NOT NULL CHECK (filing_kind IN ('employer', 'social', 'school', 'special_ability', 'station')),
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    org_path TEXT NOT NULL,
    -- What it changes; for an application none until it is granted.
    filing_id TEXT REFERENCES filing (id),
    authority_path TEXT NOT NULL,
    procedure_id TEXT NOT NULL REFERENCES filing_procedure (id),
    mode TEXT NOT NULL CHECK (mode IN ('online', 'on_site', 'batch', 'commitment', 'network_check')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'complete', 'assessed', 'announced',
        'granted', 'refused', 'withdrawn')),
    -- Counts every change of its state and of what it asks for, so that nobody acts on an old page.
    version BIGINT NOT NULL,
    wish TEXT NOT NULL,
    correction TEXT NOT NULL,
    -- The last day on which the authority does its next step in time; none while it waits for somebody else.
    due_on TEXT,
    -- What the decision says: the code given, the paper it stands on, from and until when it holds.
    site_code TEXT,
    document TEXT NOT NULL,
    holds_from TEXT,
    holds_to TEXT,
    reason TEXT NOT NULL,
    -- The first day after the announcement.
    announced_until TEXT,
    opened_by TEXT NOT NULL REFERENCES account (id),
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX filing_case_by_organisation ON filing_case (organisation_id);
-- One at a time about one kind of filing is with the authority; drafts are nobody's business.
CREATE UNIQUE INDEX filing_case_under_way ON filing_case (organisation_id, filing_kind)
    WHERE state NOT IN ('draft', 'granted', 'refused', 'withdrawn');
CREATE INDEX filing_case_by_filing ON filing_case (filing_id);
CREATE INDEX filing_case_by_procedure ON filing_case (procedure_id);
CREATE INDEX filing_case_by_opened_by ON filing_case (opened_by);
CREATE INDEX filing_case_by_code ON filing_case (site_code);
CREATE INDEX filing_case_by_place ON filing_case (org_path);
CREATE INDEX filing_case_by_authority ON filing_case (authority_path, state);
CREATE INDEX filing_case_by_state ON filing_case (state, due_on);

-- What a case asks to evaluate.
CREATE TABLE filing_case_line (
    case_id TEXT NOT NULL REFERENCES filing_case (id),
    position BIGINT NOT NULL,
    occupation_code TEXT NOT NULL,
    trade_zh TEXT NOT NULL,
    trade_en TEXT NOT NULL,
    level_code TEXT NOT NULL,
    object_group TEXT NOT NULL CHECK (object_group IN ('own_staff', 'own_students', 'industry', 'public')),
    PRIMARY KEY (case_id, position)
);

-- The papers handed in, or promised until a day.
CREATE TABLE filing_case_paper (
    case_id TEXT NOT NULL REFERENCES filing_case (id),
    position BIGINT NOT NULL,
    -- SHA-256 of the file, and of what lies in the file store: the file, sealed.
    digest TEXT,
    sealed_digest TEXT,
    file_kind TEXT CHECK (file_kind IN ('pdf', 'jpeg', 'png')),
    byte_count BIGINT NOT NULL,
    promised_until TEXT,
    given_by TEXT NOT NULL REFERENCES account (id),
    given_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, position),
    CHECK ((digest IS NULL) = (promised_until IS NOT NULL)),
    CHECK ((digest IS NULL) = (file_kind IS NULL)),
    CHECK ((digest IS NULL) = (sealed_digest IS NULL))
);
CREATE INDEX filing_case_paper_by_given_by ON filing_case_paper (given_by);

-- Experts of a case.
CREATE TABLE filing_assessor (
    case_id TEXT NOT NULL REFERENCES filing_case (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    appointed_by TEXT NOT NULL REFERENCES account (id),
    appointed_at BIGINT NOT NULL,
    -- From then on nothing of theirs changes, and the others see it once all have sealed.
    sealed_at BIGINT,
    PRIMARY KEY (case_id, account_id)
);
CREATE INDEX filing_assessor_by_account ON filing_assessor (account_id);
CREATE INDEX filing_assessor_by_appointed_by ON filing_assessor (appointed_by);

-- The points of one expert.
CREATE TABLE filing_points (
    case_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    points BIGINT NOT NULL,
    remark TEXT NOT NULL,
    PRIMARY KEY (case_id, account_id, position),
    FOREIGN KEY (case_id, account_id) REFERENCES filing_assessor (case_id, account_id)
);

-- What somebody objected to while it was announced; who it was stays on the paper.
CREATE TABLE filing_objection (
    case_id TEXT NOT NULL REFERENCES filing_case (id),
    number BIGINT NOT NULL,
    received_on TEXT NOT NULL,
    words TEXT NOT NULL,
    answer TEXT NOT NULL,
    is_upheld BOOLEAN,
    answered_by TEXT REFERENCES account (id),
    answered_at BIGINT,
    PRIMARY KEY (case_id, number)
);
CREATE INDEX filing_objection_by_answered_by ON filing_objection (answered_by);

-- What happened to it, in order, for whoever may see it.
CREATE TABLE filing_case_event (
    case_id TEXT NOT NULL REFERENCES filing_case (id),
    number BIGINT NOT NULL,
    act TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);
CREATE INDEX filing_case_event_by_account ON filing_case_event (account_id);
