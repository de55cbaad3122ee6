-- The audit as a chain per project: every row names the hash of the one before. `fact` is what it comes from, once.
ALTER TABLE audit RENAME TO audit_unchained;
CREATE TABLE audit (
  project_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  fact TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  before_hash TEXT,
  after_hash TEXT,
  request_id TEXT,
  delivery_id TEXT,
  validated_sha TEXT,
  observed_sha TEXT,
  policy_version TEXT,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX audit_by_fact ON audit (project_id, fact);
-- What was written before there was a chain stays readable here, under a name that no project can have.
INSERT INTO audit
  SELECT '@unchained', id, at, id, actor, action, target, detail, NULL, NULL, request_id, NULL, NULL, NULL, NULL, '', ''
  FROM audit_unchained;
DROP TABLE audit_unchained;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'rows of the audit are never changed');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'rows of the audit are never deleted');
END;
-- INSERT OR REPLACE deletes without a DELETE: whatever comes for a place that is taken is left out.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (
  SELECT 1 FROM audit WHERE project_id = NEW.project_id AND (id = NEW.id OR fact = NEW.fact)
)
BEGIN
  SELECT RAISE(IGNORE);
END;

-- Signed statements about what passed, and the public keys that they were signed for.
CREATE TABLE attestations (
  validation_id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE attestation_keys (
  id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TRIGGER attestations_are_not_changed BEFORE UPDATE ON attestations
BEGIN
  SELECT RAISE(ABORT, 'attestations are never changed');
END;
CREATE TRIGGER attestations_are_not_deleted BEFORE DELETE ON attestations
BEGIN
  SELECT RAISE(ABORT, 'attestations are never deleted');
END;
CREATE TRIGGER attestations_are_not_replaced BEFORE INSERT ON attestations
WHEN EXISTS (SELECT 1 FROM attestations WHERE validation_id = NEW.validation_id)
BEGIN
  SELECT RAISE(IGNORE);
END;
