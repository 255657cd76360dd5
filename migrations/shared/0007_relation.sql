-- which incidents editors say belong together, or not, whatever the rules find
CREATE TABLE relation (
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    other_id       BIGINT NOT NULL REFERENCES incident (id),
    kind           TEXT NOT NULL CHECK (kind IN ('pin', 'hide')),
    account_id     BIGINT NOT NULL,
    said_at        BIGINT NOT NULL,
    PRIMARY KEY (incident_id, other_id)
);

-- pages are written anew with related incidents that say why
INSERT INTO job (id, key, kind, payload, state, run_at, added_at)
SELECT id, 'publish ' || CAST(id AS TEXT), 'publish', '{"publish":{"incident":' || CAST(id AS TEXT) || '}}', 'waiting', 0, 0
FROM incident WHERE stage IN ('published', 'corrected')
ON CONFLICT (key) DO NOTHING;
