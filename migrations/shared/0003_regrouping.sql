-- what editors did to the grouping of articles, so that it can be undone: `articles` is a JSON list of ids that moved from one incident
-- into another; of a merged incident its stage and address are kept
CREATE TABLE regrouping (
    id             BIGINT PRIMARY KEY,
    act            TEXT NOT NULL CHECK (act IN ('merge', 'move')),
    from_id        BIGINT NOT NULL REFERENCES incident (id),
    into_id        BIGINT NOT NULL REFERENCES incident (id),
    articles       TEXT NOT NULL,
    stage          TEXT NOT NULL,
    slug           TEXT NOT NULL,
    account_id     BIGINT NOT NULL,
    happened_at    BIGINT NOT NULL,
    undone_at      BIGINT
);
CREATE INDEX regrouping_from ON regrouping (from_id, id);
CREATE INDEX regrouping_into ON regrouping (into_id, id);

-- two incidents that an editor has told apart: clustering never merges them
CREATE TABLE apart (
    one_id         BIGINT NOT NULL REFERENCES incident (id),
    other_id       BIGINT NOT NULL REFERENCES incident (id),
    PRIMARY KEY (one_id, other_id)
);

-- why an incident is a spike, in words for the queue; NULL when it is none
ALTER TABLE incident ADD COLUMN spike TEXT;
