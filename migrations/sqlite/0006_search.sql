CREATE VIRTUAL TABLE found USING fts5 (title_terms, text_terms, content = 'searchable', content_rowid = 'id', tokenize = 'ascii');
CREATE TRIGGER searchable_added AFTER INSERT ON searchable BEGIN
    INSERT INTO found (rowid, title_terms, text_terms) VALUES (new.id, new.title_terms, new.text_terms);
END;
CREATE TRIGGER searchable_removed AFTER DELETE ON searchable BEGIN
    INSERT INTO found (found, rowid, title_terms, text_terms) VALUES ('delete', old.id, old.title_terms, old.text_terms);
END;
