-- One word for one thing: a window is the days of one batch (batch_window); what every batch must keep
-- is a time limit.
ALTER TABLE window_rule RENAME TO time_limit;
