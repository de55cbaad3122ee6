-- Whose merge into a branch of a repository is under way, and until when that is believed.
CREATE TABLE lanes (
  repo_id INTEGER NOT NULL,
  base_ref TEXT NOT NULL,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (repo_id, base_ref)
);
