-- Of several projects of one repository only the first has the plain name of our check; the others' have their id in it.
ALTER TABLE projects ADD COLUMN check_scope TEXT;
UPDATE projects SET check_scope = id
WHERE EXISTS (
  SELECT 1 FROM projects AS first
  WHERE first.repo_id = projects.repo_id AND first.removed_at IS NULL AND first.id <> projects.id
    AND (first.created_at < projects.created_at OR (first.created_at = projects.created_at AND first.id < projects.id))
);
