-- who and what public incidents name; an entity's page is at its slug
CREATE TABLE mention (
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    slug           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    name           TEXT NOT NULL,
    articles       BIGINT NOT NULL,
    newest_at      BIGINT NOT NULL,
    PRIMARY KEY (incident_id, slug)
);
CREATE INDEX mention_by_slug ON mention (slug, newest_at DESC, incident_id DESC);
CREATE INDEX mention_newest ON mention (newest_at);

-- a topic's page is at its slug too
ALTER TABLE topic ADD COLUMN slug TEXT NOT NULL DEFAULT '';
CREATE INDEX topic_by_slug ON topic (slug, newest_at DESC, incident_id DESC);
CREATE INDEX incident_by_country ON incident (country, newest_at DESC, id DESC);
CREATE INDEX incident_published ON incident (published_at DESC, id DESC);
CREATE INDEX article_of_source ON article (source_id, published_at DESC, id DESC);

-- where it is on the map: degrees, and what the point stands for
ALTER TABLE incident ADD COLUMN latitude DOUBLE PRECISION;
ALTER TABLE incident ADD COLUMN longitude DOUBLE PRECISION;
ALTER TABLE incident ADD COLUMN spot TEXT;
ALTER TABLE incident ADD COLUMN exactness TEXT;

-- of a revision, what everybody may read: public differences are made of it, and never of the edition with its premium panels
ALTER TABLE revision ADD COLUMN open_text TEXT;
ALTER TABLE revision ADD COLUMN severity BIGINT NOT NULL DEFAULT 0;
-- what an editor says was corrected, for the list of corrections
ALTER TABLE revision ADD COLUMN correction TEXT;
ALTER TABLE incident ADD COLUMN retracted_at BIGINT;
UPDATE incident SET retracted_at = newest_at WHERE stage = 'retracted';
-- until when a reader has seen the desk
ALTER TABLE account ADD COLUMN seen_at BIGINT;
CREATE INDEX revision_corrections ON revision (published_at DESC, id DESC) WHERE correction IS NOT NULL;

-- pages that are public already are written anew, and with them what is new here
INSERT INTO job (id, key, kind, payload, state, run_at, added_at)
SELECT id, 'publish ' || CAST(id AS TEXT), 'publish', '{"publish":{"incident":' || CAST(id AS TEXT) || '}}', 'waiting', 0, 0
FROM incident WHERE stage IN ('published', 'corrected')
ON CONFLICT (key) DO NOTHING;
