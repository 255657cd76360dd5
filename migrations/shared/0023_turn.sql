-- Whoever changes which article is in which incident takes its row first, and so does one at a time (src/store/merging.rs).
CREATE TABLE turn (name TEXT PRIMARY KEY, taken BIGINT NOT NULL);
INSERT INTO turn (name, taken) VALUES ('grouping', 0);
