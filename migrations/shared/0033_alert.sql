-- a watch may follow one incident by its number, come without letters, or rest
ALTER TABLE watch ADD COLUMN follows BIGINT;
-- what became of the incident that it follows before this is no news
ALTER TABLE watch ADD COLUMN added_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE watch ADD COLUMN by_mail BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE watch ADD COLUMN paused_at BIGINT;
-- what a watch has told is an alert: what it is of, and the revision that was public then
ALTER TABLE watch_told ADD COLUMN news TEXT NOT NULL DEFAULT 'first';
ALTER TABLE watch_told ADD COLUMN was BIGINT;
ALTER TABLE watch_told ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE watch_told ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
-- how severe the incident was in the last letter about it, and its revision: an account is told once, whichever of its watches found it
ALTER TABLE watch_told ADD COLUMN mailed BIGINT;
ALTER TABLE watch_told ADD COLUMN mailed_revision BIGINT;
UPDATE watch_told SET mailed = severity, mailed_revision = 0;
-- until when an account has seen its alerts; those of before there was a page of them were letters
ALTER TABLE account ADD COLUMN alerted_at BIGINT NOT NULL DEFAULT 0;
UPDATE account SET alerted_at = (SELECT COALESCE(MAX(told_at), 0) FROM watch_told);
-- what a webhook asks, in the words of the search; empty for everything
ALTER TABLE webhook ADD COLUMN query TEXT NOT NULL DEFAULT '';
