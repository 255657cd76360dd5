-- the closed incident that this one tells more of, by clustering
ALTER TABLE incident ADD COLUMN continues BIGINT;
CREATE INDEX incident_continues ON incident (continues);
-- whether anything is closed is asked for each incident that opens
CREATE INDEX incident_closed ON incident (newest_at) WHERE stage IN ('published', 'corrected');
