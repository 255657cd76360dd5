-- How far each revision was told when it was written: what was for members alone stays so when its incident is marked for everybody later.
ALTER TABLE revision ADD COLUMN tlp TEXT NOT NULL DEFAULT 'clear';
UPDATE revision SET tlp = (SELECT incident.tlp FROM incident WHERE incident.id = revision.incident_id);
