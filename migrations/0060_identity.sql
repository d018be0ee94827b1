-- Somebody who stands in for the holder of a duty for some time (代理): their duty names the one it stands in for, and ends
-- with it.
ALTER TABLE grant_proposal ADD COLUMN stands_in_for TEXT REFERENCES duty_grant (id);
ALTER TABLE duty_grant ADD COLUMN stands_in_for TEXT REFERENCES duty_grant (id);
CREATE INDEX grant_proposal_stands_in_for ON grant_proposal (stands_in_for);
CREATE INDEX duty_grant_stands_in_for ON duty_grant (stands_in_for);
