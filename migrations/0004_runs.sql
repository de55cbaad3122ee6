-- Runs: goals and how far each is on its way to a merged pull request. Written by the project object.
ALTER TABLE runs RENAME TO runs_before;
DROP INDEX runs_by_project;
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  phase TEXT NOT NULL,
  pr_number INTEGER,
  -- The issue or pull request on which somebody asked for it.
  issue INTEGER,
  created_at INTEGER NOT NULL,
  -- Rises with every change, so that a row that was resent late never overwrites a newer one.
  revision INTEGER NOT NULL,
  data TEXT NOT NULL
);
-- Runs of before only followed a pull request: they stay readable, and are over.
INSERT INTO runs SELECT id, project_id, 'cancelled', pr_number, NULL, created_at, created_at, json_object(
  'id', id, 'project_id', project_id, 'target_text', target_text, 'agent', NULL, 'by', 'owner', 'source', 'api',
  'issue', NULL, 'files', json_array(), 'images', json_array(),
  'limits', json_object('max_attempts', 3, 'max_cost_usd', NULL, 'max_minutes', 120), 'auto_confirm', json('false'),
  'status', 'cancelled', 'phase', 'cancelled',
  'reason', json_object('code', 'older_version', 'message', 'It began in a version in which runs had no agents'),
  'plans', json_array(), 'plan_version', NULL, 'feedback', NULL, 'current', NULL, 'turns', 0, 'steps', 0, 'attempts', 0,
  'branch', NULL, 'heads', json_array(), 'pr_number', pr_number, 'fingerprints', json_array(), 'vendor_ref', NULL,
  'spent', json_object('cost_usd', NULL, 'tokens', NULL, 'agent_ms', 0), 'cost_from', 0, 'ran_ms', 0, 'active_since', NULL,
  'created_at', created_at, 'started_at', NULL, 'completed_at', created_at, 'deadline_at', created_at)
FROM runs_before;
DROP TABLE runs_before;
CREATE INDEX runs_by_project ON runs (project_id, created_at);
CREATE INDEX runs_by_pull ON runs (project_id, pr_number);

-- Turns: one row each time an agent works. Written by the turn step.
CREATE TABLE turns (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  nth INTEGER NOT NULL,
  state TEXT NOT NULL,
  data TEXT NOT NULL,
  -- What the next look at it must know.
  memo TEXT NOT NULL
);
CREATE INDEX turns_by_run ON turns (run_id, nth);

-- Where a secret goes: into sandboxes of validations, or into those of agents.
ALTER TABLE secrets ADD COLUMN use TEXT NOT NULL DEFAULT 'validation';
