-- When a project was last compared with GitHub, and why GitHub does not let us in any more.
ALTER TABLE projects ADD COLUMN reconciled_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN disconnected TEXT;
-- The default branch at pinning, where it is another one by now: the short name of our check stays its own.
ALTER TABLE projects ADD COLUMN pinned_branch TEXT;
-- How long a delivery took.
ALTER TABLE deliveries ADD COLUMN ended_at INTEGER;
CREATE INDEX deliveries_by_end ON deliveries (ended_at);
-- Sandboxes that were made, and those that were let go.
CREATE INDEX steps_by_kind ON steps (kind, started_at);
-- How far the log of deliveries at GitHub was read.
CREATE TABLE scans (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
);
-- Deliveries that failed at GitHub and were never heard, and how often they were asked for again.
CREATE TABLE redeliveries (
  guid TEXT PRIMARY KEY,
  delivery_id INTEGER NOT NULL,
  times INTEGER NOT NULL,
  due_at INTEGER NOT NULL
);
CREATE INDEX redeliveries_by_time ON redeliveries (due_at);
-- What Tidegate itself is worried about.
CREATE TABLE alerts (
  project_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind)
);
