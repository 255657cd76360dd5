-- the incident that a merge took this from; NULL when an editor has told the two apart themselves
ALTER TABLE apart ADD COLUMN came_from BIGINT;
-- what a feed gives under another id than before is looked for by its address
CREATE INDEX article_of_address ON article (source_id, address);
