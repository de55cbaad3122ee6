/** Where things are shown. */

export function runPath(project: string, run: string): string {
  return `/projects/${project}/runs/${encodeURIComponent(run)}`;
}

/** A pull request, and in it a validation where one is meant; else the newest is shown. */
export function pullPath(project: string, number: number, validation: string | null = null): string {
  const chosen = validation === null ? "" : `?v=${encodeURIComponent(validation)}`;
  return `/projects/${project}/pulls/${number}${chosen}`;
}
