-- an incident that has grown may be several events: the part of it that an article seems to be of, where that is not the largest one
ALTER TABLE article ADD COLUMN part BIGINT;
-- how many such parts there are, and how many articles the incident had when it was last looked through for them
ALTER TABLE incident ADD COLUMN parts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN looked_through BIGINT NOT NULL DEFAULT 0;
