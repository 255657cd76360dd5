-- what a webhook has heard of an incident, so that the first message is its publication, and a correction, a retraction or a release is not missed
CREATE TABLE webhook_heard (
    webhook_id BIGINT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    incident_id BIGINT NOT NULL,
    -- the last revision that was told; 0 where none was, for it is on its way, or passed by while only members could read it
    revision BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    -- how often something became of it that is no revision, since that was told
    news BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (webhook_id, incident_id)
);
CREATE INDEX webhook_heard_news ON webhook_heard (webhook_id, news);
CREATE INDEX webhook_heard_of ON webhook_heard (incident_id);
CREATE INDEX webhook_heard_at ON webhook_heard (heard_at);
INSERT INTO webhook_heard (webhook_id, incident_id, revision, heard_at)
SELECT webhook.id, revision.incident_id, MAX(revision.number), MAX(revision.published_at)
FROM webhook JOIN revision ON revision.id <= webhook.position
JOIN incident ON incident.id = revision.incident_id AND incident.stage IN ('published', 'corrected') AND incident.severity >= webhook.floor
GROUP BY webhook.id, revision.incident_id;
