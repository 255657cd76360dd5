-- an edition that waits for its time; one an incident
CREATE TABLE schedule (
    incident_id    BIGINT PRIMARY KEY REFERENCES incident (id),
    account_id     BIGINT NOT NULL,
    edition        TEXT NOT NULL,
    typed          TEXT NOT NULL,
    base           BIGINT NOT NULL,
    publish_at     BIGINT NOT NULL,
    made_at        BIGINT NOT NULL
);

-- what editors say to each other about an incident; readers never see it
CREATE TABLE note (
    id             BIGINT PRIMARY KEY,
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    account_id     BIGINT NOT NULL,
    act            TEXT NOT NULL,
    text           TEXT NOT NULL,
    said_at        BIGINT NOT NULL
);
CREATE INDEX note_of_incident ON note (incident_id, id);

-- the text that a working copy was begun from, for whoever compares it with another editor's
ALTER TABLE working ADD COLUMN begun TEXT;
-- whose text waits for an editor's look, and until when nobody may publish
ALTER TABLE incident ADD COLUMN handed_by BIGINT;
ALTER TABLE incident ADD COLUMN embargo_until BIGINT;
-- why an editor should look first
ALTER TABLE incident ADD COLUMN flags TEXT NOT NULL DEFAULT '';
-- the rules' severity when an editor last published
ALTER TABLE incident ADD COLUMN looked_severity BIGINT;
-- why a revision was made, for the desk
ALTER TABLE revision ADD COLUMN why TEXT;
