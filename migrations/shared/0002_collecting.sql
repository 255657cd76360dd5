-- what a source taught us: `pace` is its new items an hour, unknown at first; `fresh_at` is when it last gave something new
ALTER TABLE source ADD COLUMN pace DOUBLE PRECISION;
ALTER TABLE source ADD COLUMN fresh_at BIGINT;
-- which of its items are kept, one rule a line; and the folder that an OPML file had it in
ALTER TABLE source ADD COLUMN rules TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN folder TEXT NOT NULL DEFAULT '';

-- how a source did, by the hour; kept for eight days
CREATE TABLE source_hour (
    source_id      BIGINT NOT NULL REFERENCES source (id),
    hour_at        BIGINT NOT NULL,
    tries          BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    items          BIGINT NOT NULL,
    dropped        BIGINT NOT NULL,
    dated          BIGINT NOT NULL,
    lag_seconds    BIGINT NOT NULL,
    PRIMARY KEY (source_id, hour_at)
);

-- what an article said before its source changed it; the row of `article` is what it says now
ALTER TABLE article ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- the text of its page, as far as the source's licence lets us keep it; shown instead of what the feed gave
ALTER TABLE article ADD COLUMN body TEXT;
CREATE TABLE article_version (
    article_id     BIGINT NOT NULL REFERENCES article (id),
    number         BIGINT NOT NULL,
    title          TEXT NOT NULL,
    summary        TEXT NOT NULL,
    replaced_at    BIGINT NOT NULL,
    PRIMARY KEY (article_id, number)
);

-- licences are one of headline, excerpt and open from here on
UPDATE source SET licence = 'headline' WHERE licence NOT IN ('headline', 'excerpt', 'open');
