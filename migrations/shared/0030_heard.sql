-- what a webhook has heard of an incident, so that the first message is its publication, and a correction, a retraction or a release is not missed
CREATE TABLE webhook_heard (
    webhook_id BIGINT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    incident_id BIGINT NOT NULL,
    -- the last revision that was told; 0 where it passed by while only members could read it
    revision BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    -- something has become of it that is no revision
    news BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (webhook_id, incident_id)
);
CREATE INDEX webhook_heard_news ON webhook_heard (webhook_id, news);
CREATE INDEX webhook_heard_of ON webhook_heard (incident_id);
CREATE INDEX webhook_heard_at ON webhook_heard (heard_at);
