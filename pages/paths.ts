/** Where things are shown. */

export function runPath(project: string, run: string): string {
  return `/projects/${project}/runs/${encodeURIComponent(run)}`;
}

/** A pull request, and in it a validation where one is meant; else the newest is shown. */
export function pullPath(project: string, number: number, validation: string | null = null): string {
  const chosen = validation === null ? "" : `?v=${encodeURIComponent(validation)}`;
  return `/projects/${project}/pulls/${number}${chosen}`;
}

/** Where what a row of the audit is about is shown; null: it has no page of its own. */
export function targetPath(project: string, target: string): string | null {
  if (target.startsWith("run_")) return runPath(project, target);
  const number = /^#(\d+)$/.exec(target)?.[1];
  if (number !== undefined) return pullPath(project, Number(number));
  // A validation: <project>.<pull>.<head>.<attempt>.
  const [of, pull, head] = target.split(".");
  return of === project && pull !== undefined && head !== undefined
    ? pullPath(project, Number(pull), target)
    : null;
}
