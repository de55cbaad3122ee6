-- GitHub's ids of deliveries outgrew what a number holds exactly: they are kept as text.
CREATE TABLE redeliveries_exact (
  guid TEXT PRIMARY KEY,
  delivery_id TEXT NOT NULL,
  times INTEGER NOT NULL,
  due_at INTEGER NOT NULL
);
INSERT INTO redeliveries_exact SELECT guid, CAST(delivery_id AS TEXT), times, due_at FROM redeliveries;
DROP TABLE redeliveries;
ALTER TABLE redeliveries_exact RENAME TO redeliveries;
CREATE INDEX redeliveries_by_time ON redeliveries (due_at);
