-- terms that are made anew, as the program spells words today; PostgreSQL derives its own
CREATE TRIGGER searchable_respelled AFTER UPDATE OF title_terms, text_terms ON searchable BEGIN
    INSERT INTO found (found, rowid, title_terms, text_terms) VALUES ('delete', old.id, old.title_terms, old.text_terms);
    INSERT INTO found (rowid, title_terms, text_terms) VALUES (new.id, new.title_terms, new.text_terms);
END;
