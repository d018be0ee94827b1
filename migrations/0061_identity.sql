-- Which kind of browser signed in, in words of a fixed list, so that its owner knows it again in the list of their sessions.
ALTER TABLE session ADD COLUMN client TEXT NOT NULL DEFAULT '';
