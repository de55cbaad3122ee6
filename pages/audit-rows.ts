/** Which rows of the audit are asked for, and how those that come in pieces become one list. */
import { queryOf } from "../clients/api.ts";
import { type ActorKind, AuditFilter, type AuditRow } from "../models/audit.ts";

/** Rows of one piece. */
export const PIECE = 100;

export const KIND_NAMES: Record<ActorKind, string> = {
  person: "People",
  agent: "Agents",
  webhook: "Webhooks",
  tidegate: "Tidegate by itself",
};

/** What rows can be about, by what their actions begin with. */
export const ACTIONS: readonly string[] = [
  ...["merge", "queue", "validation", "pull", "run", "plan"],
  ...["project", "secret", "quarantine", "command"],
];

/** What an address asks for; what cannot be read in it is not asked for. */
export function filterIn(query: Record<string, string>): AuditFilter {
  const { kind, action, pull } = AuditFilter.shape;
  return {
    kind: kind.safeParse(query.kind).data,
    action: action.safeParse(query.action).data,
    pull: pull.safeParse(query.pull).data,
  };
}

/** The address of the audit of a project with nothing but these rows. */
export function auditPath(project: string, filter: AuditFilter): string {
  const query = queryOf(filter).toString();
  return `/projects/${encodeURIComponent(project)}/audit${query === "" ? "" : `?${query}`}`;
}

/** Rows, newest first, with those of a piece that are older. */
export function withOlder(rows: readonly AuditRow[], piece: readonly AuditRow[]): readonly AuditRow[] {
  const last = rows.at(-1)?.id ?? Number.POSITIVE_INFINITY;
  return [...rows, ...piece.filter(({ id }) => id < last)];
}

/** The newest rows before those that are known, unless so many came meanwhile that some between would be missing. */
export function withNewest(newest: readonly AuditRow[], known: readonly AuditRow[]): readonly AuditRow[] {
  const gap = newest.length === PIECE && (known[0]?.id ?? 0) < (newest.at(-1)?.id ?? 0);
  return gap ? newest : withOlder(newest, known);
}
