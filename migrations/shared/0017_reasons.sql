-- why clustering put an article into its incident, as JSON; `shares` has the words alone, for articles that joined before
ALTER TABLE article ADD COLUMN reasons TEXT;
