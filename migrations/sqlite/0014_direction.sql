-- what an encoder made of an article's title when it joined, and which encoder that was
ALTER TABLE article ADD COLUMN direction BLOB;
ALTER TABLE article ADD COLUMN encoder BIGINT;
