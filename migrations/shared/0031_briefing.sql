-- a composed digest of incidents, one a day: what everybody may read, and in a column of its own what members may
CREATE TABLE briefing (
    -- yyyy-mm-dd
    day            TEXT PRIMARY KEY,
    -- the end of its 24 hours
    until_at       BIGINT NOT NULL,
    composed_at    BIGINT NOT NULL,
    open_part      TEXT NOT NULL,
    premium_part   TEXT NOT NULL
);
-- what its lines are about, so that a line can stand as its incident does by now
CREATE TABLE briefing_incident (
    day            TEXT NOT NULL REFERENCES briefing (day) ON DELETE CASCADE,
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    PRIMARY KEY (day, incident_id)
);
-- who gets it by mail
ALTER TABLE account ADD COLUMN briefing BOOLEAN NOT NULL DEFAULT FALSE;
