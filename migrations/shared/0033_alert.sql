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
CREATE INDEX watch_told_of ON watch_told (watch_id, told_at, incident_id);
-- how severe an incident was in the last letter to an account about it, and its revision: it is told once, whichever of its watches found it
CREATE TABLE mailed_alert (
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    incident_id    BIGINT NOT NULL,
    severity       BIGINT NOT NULL,
    revision       BIGINT NOT NULL,
    mailed_at      BIGINT NOT NULL,
    PRIMARY KEY (account_id, incident_id)
);
CREATE INDEX mailed_alert_at ON mailed_alert (mailed_at);
INSERT INTO mailed_alert (account_id, incident_id, severity, revision, mailed_at)
SELECT watch.account_id, watch_told.incident_id, MAX(watch_told.severity), 0, MAX(watch_told.told_at)
FROM watch_told JOIN watch ON watch.id = watch_told.watch_id GROUP BY watch.account_id, watch_told.incident_id;
-- until when an account has seen its alerts; those of before there was a page of them were letters
ALTER TABLE account ADD COLUMN alerted_at BIGINT NOT NULL DEFAULT 0;
UPDATE account SET alerted_at = (SELECT COALESCE(MAX(told_at), 0) FROM watch_told);
-- what a webhook asks, in the words of the search; empty for everything
ALTER TABLE webhook ADD COLUMN query TEXT NOT NULL DEFAULT '';
