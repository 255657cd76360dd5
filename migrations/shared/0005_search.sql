-- what is searched: public incidents and their articles, one row each. `id` grows with `at`, so that the newest come first by it.
-- The terms are folded stems made by the program, so that both engines find the same.
CREATE TABLE searchable (
    id             BIGINT PRIMARY KEY,
    noun_id        BIGINT NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('incident', 'article')),
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    source_id      BIGINT,
    version        BIGINT NOT NULL,
    language       TEXT NOT NULL,
    at             BIGINT NOT NULL,
    title          TEXT NOT NULL,
    text           TEXT NOT NULL,
    title_terms    TEXT NOT NULL,
    text_terms     TEXT NOT NULL,
    UNIQUE (noun_id, kind)
);
CREATE INDEX searchable_of_incident ON searchable (incident_id, id);
