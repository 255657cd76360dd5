-- work that goes through all incidents, step by step: how far it is, so that it goes on where it stopped
CREATE TABLE progress (
    name           TEXT PRIMARY KEY,
    after_id       BIGINT NOT NULL,
    done           BIGINT NOT NULL,
    total          BIGINT NOT NULL,
    stopped        BOOLEAN NOT NULL DEFAULT FALSE,
    began_at       BIGINT NOT NULL,
    moved_at       BIGINT NOT NULL
);

-- pages are written anew with the event's class, typed ties, and what changed since the revision before
INSERT INTO job (id, key, kind, payload, state, run_at, added_at)
SELECT id, 'publish ' || CAST(id AS TEXT), 'publish', '{"publish":{"incident":' || CAST(id AS TEXT) || '}}', 'waiting', 0, 0
FROM incident WHERE stage IN ('published', 'corrected')
ON CONFLICT (key) DO NOTHING;
