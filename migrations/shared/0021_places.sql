-- Places are given once: what a text cites as [3] is never another article, whatever moved meanwhile. The highest place of an incident when
-- articles last left it; what is there now may have higher ones.
ALTER TABLE incident ADD COLUMN last_place BIGINT NOT NULL DEFAULT 0;
-- How the articles of a regrouping stood before it, as JSON, to put them back there; empty for those from before.
ALTER TABLE regrouping ADD COLUMN standings TEXT NOT NULL DEFAULT '[]';
