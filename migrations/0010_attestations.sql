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
