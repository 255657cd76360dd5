-- an id or a link that other items of the source go by as well: such an article is known by its own address and title
ALTER TABLE article ADD COLUMN shared_identity TEXT;
CREATE INDEX article_of_shared_identity ON article (source_id, shared_identity) WHERE shared_identity IS NOT NULL;
