-- the closed incident that this one tells more of, by clustering
ALTER TABLE incident ADD COLUMN continues BIGINT;
CREATE INDEX incident_continues ON incident (continues);
