-- Graphs that are being made. A row goes when its graph is ready or has failed; one whose lease ran out is taken up again.
CREATE TABLE graph_jobs (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  wanted TEXT NOT NULL,
  -- Visits in a row that did not end in order.
  attempts INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  started_at INTEGER,
  error TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX graph_jobs_by_lease ON graph_jobs (lease_until);
