-- A list says in which language a title is, as an incident's page does: none for English, and for an editor's own words.
ALTER TABLE incident ADD COLUMN title_language TEXT;
UPDATE incident SET title_language = (
    SELECT CASE WHEN article.language IN ('en', 'und') THEN NULL ELSE article.language END FROM article
    WHERE article.incident_id = incident.id AND article.title = incident.title ORDER BY article.published_at, article.id LIMIT 1);
-- Clustering asks what has changed since it last looked.
CREATE INDEX article_version_by_time ON article_version (replaced_at, article_id, number);
