-- Counts and lists read what is public from indexes alone: an incident's row is long, for it holds its draft.
DROP INDEX incident_by_severity;
CREATE INDEX incident_by_severity ON incident (severity DESC, newest_at DESC, id DESC, region, category, country) WHERE stage IN ('published', 'corrected');
DROP INDEX incident_by_region;
CREATE INDEX incident_by_region ON incident (region, newest_at DESC, id DESC, severity, category, country) WHERE stage IN ('published', 'corrected');
DROP INDEX incident_by_category;
CREATE INDEX incident_by_category ON incident (category, newest_at DESC, id DESC, severity, region, country) WHERE stage IN ('published', 'corrected');
-- Few are for members alone, or wait for an editor's look.
CREATE INDEX incident_restricted ON incident (newest_at DESC, id DESC) WHERE stage = 'restricted';
CREATE INDEX incident_handed ON incident (newest_at, id) WHERE handed_by IS NOT NULL;
-- A search without a word, in one language.
CREATE INDEX searchable_of_language ON searchable (language, id);
CREATE INDEX audit_of_act ON audit (act, id);
