-- Duties that one person does not hold at the same time (不相容岗位): a dated matrix, laid down by the body or an authority.
CREATE TABLE duty_conflict (
    id TEXT PRIMARY KEY,
    one TEXT NOT NULL,
    -- Empty: every other duty.
    other TEXT,
    reach TEXT NOT NULL CHECK (reach IN ('anywhere', 'place', 'batch')),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    source TEXT NOT NULL,
    CHECK (other IS NULL OR one <> other),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
);

-- As what somebody proposed a duty: of the two who give it one is a security administrator. Before, administrators gave
-- them.
ALTER TABLE grant_proposal ADD COLUMN proposed_as TEXT NOT NULL DEFAULT '';
