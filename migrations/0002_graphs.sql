-- Code graphs. `info` is models/graph GraphInfo as JSON; `edition` names the parts of the newest complete one.
CREATE TABLE graphs (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  repository TEXT NOT NULL,
  sha TEXT,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  edition INTEGER,
  info TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX graphs_by_repository ON graphs (tenant, repository, created_at);
CREATE INDEX graphs_by_age ON graphs (tenant, created_at);
CREATE INDEX graphs_by_edition ON graphs (edition);

-- One row per writing of a graph. One that no graph names is left over from a crash or a removal, and is swept.
CREATE TABLE graph_editions (
  edition INTEGER PRIMARY KEY AUTOINCREMENT,
  doomed INTEGER NOT NULL,
  started_at INTEGER NOT NULL
);

-- What one file gave to graphs of its repository; graphs with equal parts share them. `hash` is of all its content.
CREATE TABLE graph_parts (
  part INTEGER PRIMARY KEY AUTOINCREMENT,
  repository TEXT NOT NULL,
  path TEXT NOT NULL,
  hash BLOB NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  files TEXT NOT NULL
);
CREATE UNIQUE INDEX graph_parts_by_hash ON graph_parts (hash, repository);
CREATE INDEX graph_parts_by_path ON graph_parts (repository, path);
CREATE INDEX graph_parts_by_blob ON graph_parts (blob);

CREATE TABLE graph_members (
  edition INTEGER NOT NULL,
  part INTEGER NOT NULL,
  PRIMARY KEY (edition, part)
) WITHOUT ROWID;
CREATE INDEX graph_members_by_part ON graph_members (part);

-- The content of parts, packed, in pieces of bounded size: `place` is part, section and piece in one number.
CREATE TABLE graph_bytes (
  place INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
);

-- In which parts a node is, and in which it is referred to. `key` is a short hash: what is found is looked at again.
CREATE TABLE graph_keys (
  key INTEGER NOT NULL,
  part INTEGER NOT NULL,
  PRIMARY KEY (key, part)
) WITHOUT ROWID;

-- Facts of files by blob, language and analyzer version.
CREATE TABLE graph_facts (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  bytes BLOB NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX graph_facts_by_use ON graph_facts (used_at);
