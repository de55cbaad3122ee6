-- How far each credential for GitHub may go: what every isolate must know before it asks.
CREATE TABLE github_buckets (
  bucket TEXT PRIMARY KEY NOT NULL,
  paused_until INTEGER NOT NULL DEFAULT 0,
  strikes INTEGER NOT NULL DEFAULT 0,
  write_at INTEGER NOT NULL DEFAULT 0,
  return_at INTEGER NOT NULL DEFAULT 0
);
