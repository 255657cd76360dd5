-- when a source failed last, and how: kept when it works again
ALTER TABLE source ADD COLUMN failed_at BIGINT;
ALTER TABLE source ADD COLUMN last_problem TEXT;
