-- A message that is delivered twice makes two visits of one step: the newer one goes on, and the other writes nothing.
ALTER TABLE steps ADD COLUMN visits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lanes ADD COLUMN visit INTEGER NOT NULL DEFAULT 0;
