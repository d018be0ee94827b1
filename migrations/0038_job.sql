-- What a job's steps cost everybody else: each step is one write transaction, and as long as it lasts
-- nobody else writes on SQLite.
-- Steps that were committed.
ALTER TABLE job ADD COLUMN step_count BIGINT NOT NULL DEFAULT 0;
-- Rows of the largest of them, as the work itself counts them.
ALTER TABLE job ADD COLUMN largest_step_rows BIGINT NOT NULL DEFAULT 0;
-- How long the longest was open, in microseconds of this machine's clock.
ALTER TABLE job ADD COLUMN longest_step_micros BIGINT NOT NULL DEFAULT 0;
