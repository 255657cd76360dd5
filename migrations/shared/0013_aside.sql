-- which window an editor's text was last saved in, and the texts of other windows that it took the place of, as JSON, oldest first
ALTER TABLE working ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE working ADD COLUMN aside TEXT NOT NULL DEFAULT '[]';
