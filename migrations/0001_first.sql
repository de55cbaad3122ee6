-- Repositories under Tidegate's care. `settings` is models/project ProjectSettings as JSON.
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  repo_id INTEGER NOT NULL,
  full_name TEXT NOT NULL,
  installation_id INTEGER,
  default_branch TEXT NOT NULL,
  github_url TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_at INTEGER
);
CREATE INDEX projects_by_repo ON projects (repo_id);

-- Secrets of projects, encrypted with a key that is not in this database.
CREATE TABLE secrets (
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, name)
);

-- Pull requests as last read live. Written by the project object.
CREATE TABLE pulls (
  project_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (project_id, number)
);
CREATE INDEX pulls_by_state ON pulls (project_id, state);

-- Validations, one row an attempt, kept for ever. Written by the project object. `data` is models/validation.
CREATE TABLE validations (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  pr_number INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  merge_state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX validations_by_pull ON validations (project_id, pr_number, created_at);
CREATE INDEX validations_by_head ON validations (project_id, head_sha);
CREATE INDEX validations_by_state ON validations (state);

-- Steps and their evidence. Written by the step itself.
CREATE TABLE steps (
  id TEXT PRIMARY KEY,
  validation_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  try INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  evidence TEXT,
  log TEXT,
  memo TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER
);
CREATE INDEX steps_by_validation ON steps (validation_id, started_at);

-- What the trusted configuration demands of a validation, as read from its base. Written by the snapshot step.
CREATE TABLE plans (
  validation_id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  source TEXT NOT NULL,
  plan TEXT NOT NULL
);

-- Where an app under validation is served. Written by the browse step, removed by the release step.
CREATE TABLE previews (
  label TEXT PRIMARY KEY,
  sandbox_id TEXT NOT NULL,
  service TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX previews_by_sandbox ON previews (sandbox_id);

-- Webhook deliveries: written before the answer, finished by the observe step.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL,
  action TEXT,
  body_sha256 TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  repo_id INTEGER,
  pr_number INTEGER,
  head_sha TEXT,
  installation_id INTEGER,
  validation_id TEXT,
  lease_until INTEGER NOT NULL,
  received_at INTEGER NOT NULL
);
CREATE INDEX deliveries_by_lease ON deliveries (state, lease_until);
CREATE INDEX deliveries_by_repo ON deliveries (repo_id, received_at);

-- Runs: goals and the pull requests that are to reach them.
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  target_text TEXT NOT NULL,
  pr_number INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX runs_by_project ON runs (project_id, created_at);

-- Sessions and used sign-in links, by the SHA-256 of their token: a stolen database signs nobody in.
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);

-- What was done or refused, by whom.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  request_id TEXT NOT NULL
);

-- Counters that must survive a restart, for /metrics.
CREATE TABLE counters (
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (name, label)
);
