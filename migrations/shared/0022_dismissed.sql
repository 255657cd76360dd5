-- The articles that an incident had when an editor dismissed it; 0 for one that none dismissed.
ALTER TABLE incident ADD COLUMN dismissed_articles BIGINT NOT NULL DEFAULT 0;
UPDATE incident SET dismissed_articles = articles WHERE stage = 'dismissed';
