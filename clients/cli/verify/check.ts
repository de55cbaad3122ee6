/** What was checked, and what was not: a reader must see both. */
import type { Paint } from "../../text/paint.ts";
import { shown } from "../../text/paint.ts";

export type Check = { state: "ok" | "failed" | "unchecked"; says: string };

export const ok = (says: string): Check => ({ state: "ok", says });
export const failed = (says: string): Check => ({ state: "failed", says });
export const unchecked = (says: string): Check => ({ state: "unchecked", says });

/** One of two sentences, as it came out. */
export function checked(holds: boolean, says: string, otherwise: string): Check {
  return holds ? ok(says) : failed(otherwise);
}

export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === "failed");
}

const MARKS: Record<Check["state"], string> = {
  ok: "ok         ",
  failed: "FAILED     ",
  unchecked: "not checked",
};

export function checksText(checks: readonly Check[], verified: boolean, paint: Paint): string {
  const colour = { ok: paint.green, failed: paint.red, unchecked: paint.yellow };
  const lines = checks.map(({ state, says }) => `${colour[state](MARKS[state])}  ${shown(says)}`);
  const all = checks.every(({ state }) => state !== "unchecked");
  const yes = all ? "Verified." : "Verified, but for what was not checked.";
  const end = verified ? paint.green(yes) : paint.red("NOT verified.");
  return [...lines, paint.bold(end)].join("\n");
}
