-- The right to evaluate (备案, 授权): a body may hold several, each with a scope and days on which it does not count.
CREATE TABLE filing (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL CHECK (kind IN ('employer', 'social', 'school', 'special_ability', 'station')),
    -- The 13 characters its certificate numbers begin with; none where it issues none.
    site_code TEXT UNIQUE,
    -- The authority, or for a station the head of its network.
    granted_by TEXT NOT NULL,
    document TEXT NOT NULL,
    granted_on TEXT NOT NULL,
    -- First day it holds, and first day it no longer does.
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    -- None while it is on trial (试运行).
    confirmed_on TEXT,
    -- Withdrawn or given up.
    ended_on TEXT,
    plaque_number TEXT,
    plaque_on TEXT,
    source TEXT NOT NULL,
    CHECK (kind <> 'station' OR site_code IS NULL),
    CHECK ((plaque_number IS NULL) = (plaque_on IS NULL))
);
CREATE INDEX filing_by_organisation ON filing (organisation_id);

-- What a filing covers (评价范围), and for whom (评价对象).
CREATE TABLE filing_scope (
    id TEXT PRIMARY KEY,
    filing_id TEXT NOT NULL REFERENCES filing (id),
    occupation_code TEXT NOT NULL,
    -- A trade (工种) of the occupation; empty for the whole of it. Trades have no codes.
    trade_zh TEXT NOT NULL,
    trade_en TEXT NOT NULL,
    level_code TEXT NOT NULL,
    object_group TEXT NOT NULL CHECK (object_group IN ('own_staff', 'own_students', 'industry', 'public')),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL
);
CREATE INDEX filing_scope_by_filing ON filing_scope (filing_id);
CREATE INDEX filing_scope_by_occupation ON filing_scope (occupation_code, level_code);

-- Days on which a filing does not count (暂停): from one day until another, or until somebody says so.
CREATE TABLE filing_suspension (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    from_day TEXT NOT NULL,
    to_day TEXT,
    document TEXT NOT NULL,
    PRIMARY KEY (filing_id, from_day)
);

-- What organisations said of their one filing until now.
INSERT INTO filing (id, organisation_id, kind, site_code, granted_by, document, granted_on, valid_from, valid_to,
    confirmed_on, source)
SELECT 'filing-' || id, id,
    CASE kind WHEN 'enterprise' THEN 'employer' WHEN 'college' THEN 'school' ELSE 'social' END,
    site_code, '原登记未载明', filing_document, filed_from, filed_from, filed_to, filed_from, source
FROM organisation WHERE filed_from IS NOT NULL AND kind IN ('association', 'enterprise', 'college');

-- Scopes were not kept: what was planned is taken to be covered.
INSERT INTO filing_scope (id, filing_id, occupation_code, trade_zh, trade_en, level_code, object_group, valid_from,
    valid_to, source)
SELECT DISTINCT filing.id || '-' || batch_level.occupation_code || '-' || batch_level.level_code, filing.id,
    batch_level.occupation_code, '', '', batch_level.level_code,
    CASE filing.kind WHEN 'employer' THEN 'own_staff' WHEN 'school' THEN 'own_students' ELSE 'public' END,
    filing.valid_from, filing.valid_to, '原登记未载明'
FROM filing
JOIN organisation ON organisation.id = filing.organisation_id
JOIN batch ON batch.org_path = organisation.path OR batch.org_path LIKE organisation.path || '/%'
JOIN batch_level ON batch_level.batch_code = batch.code;
