-- Tests that are known to be flaky: with an owner, and a day from which they count no more.
CREATE TABLE quarantine (
  project_id TEXT NOT NULL,
  test TEXT NOT NULL,
  owner TEXT NOT NULL,
  reason TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, test)
);
-- Failed tests that were run again: written down before, so that a crash cannot make them more than a commit may have.
CREATE TABLE reruns (
  step_id TEXT NOT NULL,
  nth INTEGER NOT NULL,
  project_id TEXT NOT NULL,
  head_sha TEXT NOT NULL,
  validation_id TEXT NOT NULL,
  -- The tests that failed, as JSON; NULL: not all of them have a name.
  failed TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (step_id, nth)
);
CREATE INDEX reruns_by_head ON reruns (project_id, head_sha);
-- How long its steps usually take is asked of a project's newest validations.
CREATE INDEX validations_by_time ON validations (project_id, created_at);
