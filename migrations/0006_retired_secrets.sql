-- Values of secrets that were replaced or removed: looked for in what sandboxes say that still hold them, given to none.
CREATE TABLE retired_secrets (
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  retired_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, name, sealed)
);
