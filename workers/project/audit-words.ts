/** Changes in words: names of what changed, and codes; never what somebody wrote. */
import { canonical } from "../../models/canonical.ts";
import type { Change, Standing } from "./audit-changes.ts";

/** Longest that one row says. */
const MOST_CHARACTERS = 2_000;

/** One phrase for each thing that changed; that of the row's own target does not name it again. */
export function wordsOf(changes: readonly Change[], target: string): string[] {
  const all = changes.map(({ name, action, before, after }) => {
    if (before === null) return name === target ? "" : `${name}: ${action}`;
    return name === target ? fieldsOf(before, after) : `${name}: ${fieldsOf(before, after)}`;
  });
  const text = all.join("; ");
  return text.length <= MOST_CHARACTERS ? all : [`${text.slice(0, MOST_CHARACTERS)}…`];
}

function fieldsOf(before: Standing, after: Standing): string {
  return Object.keys(after)
    .filter((key) => canonical(before[key]) !== canonical(after[key]))
    .map((key) => `${key} ${shown(before[key])} → ${shown(after[key])}`)
    .join(", ");
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join(" and ");
  if (typeof value === "object") {
    if ("code" in value) return String(value.code);
    if ("reason" in value) return shown(value.reason);
    if ("version" in value) return String(value.version);
    if ("quarantined" in value) return value.quarantined === true ? "quarantined" : "yes";
    return "changed";
  }
  return String(value);
}
