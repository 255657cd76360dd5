-- Whether two incidents had been told apart before articles moved between them, and what other incidents went on from before a merge and after it (JSON):
-- undoing an act takes back what it did and nothing else.
ALTER TABLE regrouping ADD COLUMN was_apart BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE regrouping ADD COLUMN chapters TEXT NOT NULL DEFAULT '[]';
