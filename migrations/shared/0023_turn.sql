-- Whoever changes which article is in which incident, or several incidents at once, takes its row first: one at a time (src/store/turn.rs).
CREATE TABLE turn (name TEXT PRIMARY KEY, taken BIGINT NOT NULL);
INSERT INTO turn (name, taken) VALUES ('incidents', 0);
