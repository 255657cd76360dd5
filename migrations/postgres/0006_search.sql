ALTER TABLE searchable ADD COLUMN terms TSVECTOR GENERATED ALWAYS AS
    (setweight(to_tsvector('simple', title_terms), 'A') || setweight(to_tsvector('simple', text_terms), 'C')) STORED;
CREATE INDEX searchable_terms ON searchable USING gin (terms);
