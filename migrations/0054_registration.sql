-- The counts of a roster by state and wrong fields are read from the index alone: each row holds a kilobyte of sealed
-- cells, and a page that shows twelve numbers went through all of them.
DROP INDEX roster_row_state;
CREATE INDEX roster_row_state ON roster_row (roster_id, state, row_no, wrong_fields);
