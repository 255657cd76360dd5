-- a reader's standing question; what it is about is what a search finds by the same words
CREATE TABLE watch (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    query          TEXT NOT NULL,
    floor          BIGINT NOT NULL,
    pace           TEXT NOT NULL,
    -- the last happening of the outbox that was looked at
    position       BIGINT NOT NULL,
    -- nothing is looked at before this
    due_at         BIGINT NOT NULL,
    told_at        BIGINT
);
CREATE INDEX watch_of_account ON watch (account_id, id);
CREATE INDEX watch_due ON watch (due_at, id);
-- what a watch has told, and how severe that was then
CREATE TABLE watch_told (
    watch_id       BIGINT NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
    incident_id    BIGINT NOT NULL,
    severity       BIGINT NOT NULL,
    told_at        BIGINT NOT NULL,
    PRIMARY KEY (watch_id, incident_id)
);
CREATE INDEX watch_told_at ON watch_told (told_at);
