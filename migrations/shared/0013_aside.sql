-- which window an editor's text was last saved in, and the text of another window that it took the place of
ALTER TABLE working ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE working ADD COLUMN aside TEXT;
ALTER TABLE working ADD COLUMN aside_at BIGINT;
