-- The phase follows from when the articles came and what time it is: a stored one is wrong an hour later.
ALTER TABLE incident DROP COLUMN phase;
