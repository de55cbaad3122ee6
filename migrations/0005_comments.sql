-- Deliveries of comments name the comment: what it says and who wrote it is read live.
ALTER TABLE deliveries ADD COLUMN comment_id INTEGER;
CREATE INDEX deliveries_by_comment ON deliveries (comment_id);
