/** The steps of a validation as rows: those that ran, and an honest word for those that did not. */
import { BESIDE, GATE_KINDS, type StepKind, type StepRecord } from "../models/step.ts";
import { TERMINAL_STATES, type ValidationDetail } from "../models/validation.ts";
import type { RowState } from "./words.ts";

export type Row = { key: string; kind: StepKind; try: number; state: RowState; step: StepRecord | null };

/** The gate in its order; what runs beside it stands before the judge, who waits for it where it must. */
const ROWS: readonly StepKind[] = GATE_KINDS.flatMap((kind) => (kind === "judge" ? [BESIDE, kind] : [kind]));
const GATES: ReadonlySet<StepKind> = new Set<StepKind>(ROWS);

/** The rows of the newest start of a validation, and those of earlier starts that were thrown away. */
export function timeline(detail: ValidationDetail): { earlier: Row[]; rows: Row[] } {
  const gates = detail.steps.filter((step) => GATES.has(step.kind));
  const tail = detail.steps.filter((step) => !GATES.has(step.kind) && step.kind !== "release");
  const releases = detail.steps.filter((step) => step.kind === "release");
  const current = detail.current !== null && GATES.has(detail.current.kind) ? detail.current.try : 1;
  const newest = Math.max(current, ...gates.map((step) => step.try));
  const old = [...gates, ...releases].filter((step) => step.try < newest);
  return {
    earlier: byTime(old).map(rowOf),
    rows: [
      ...ROWS.map((kind) => gateRow(detail, gates, kind, newest)),
      ...byTime([...tail, ...releases.filter((step) => step.try >= newest)]).map(rowOf),
      ...expected(detail),
    ],
  };
}

const byTime = (steps: StepRecord[]): StepRecord[] =>
  [...steps].sort((a, b) => a.started_at - b.started_at || a.id.localeCompare(b.id));

const rowOf = (step: StepRecord): Row => ({
  key: step.id,
  kind: step.kind,
  try: step.try,
  state: step.state,
  step,
});

function gateRow(detail: ValidationDetail, gates: StepRecord[], kind: StepKind, nth: number): Row {
  const step = gates.find((one) => one.kind === kind && one.try === nth);
  if (step !== undefined) return rowOf(step);
  return {
    key: `${detail.id}.${kind}.${nth}`,
    kind,
    try: nth,
    state: missing(detail, kind, nth),
    step: null,
  };
}

/** What to say of a gate step that left no record. Never that it passed. */
function missing(detail: ValidationDetail, kind: StepKind, nth: number): RowState {
  const terminal = TERMINAL_STATES.has(detail.state);
  if (!terminal && detail.current?.kind === kind && detail.current.try === nth) return "queued";
  if (!terminal && kind === BESIDE && detail.analyzing === nth) return "queued";
  const always = kind === "snapshot" || kind === "judge";
  if (!always && detail.required !== null && !detail.required.includes(kind)) return "not_required";
  if (terminal) return "not_run";
  return always || detail.required !== null ? "waiting" : "undecided";
}

/** Orders that were given and have left no record yet. */
function expected(detail: ValidationDetail): Row[] {
  const ordered: [StepKind, number][] = [];
  if (detail.reporting !== null) ordered.push(["report", detail.reporting]);
  if (detail.merge_state === "pending") ordered.push(["merge", Math.max(1, detail.merge_tries)]);
  return ordered
    .filter(([kind, nth]) => !detail.steps.some((step) => step.kind === kind && step.try >= nth))
    .map(([kind, nth]) => ({
      key: `${detail.id}.${kind}.${nth}`,
      kind,
      try: nth,
      state: "waiting",
      step: null,
    }));
}

/** The row to open unasked: what went wrong, or else what is running; null when all is well. */
export function telling(rows: readonly Row[]): string | null {
  const wrong: ReadonlySet<RowState> = new Set<RowState>(["failed", "errored", "timed_out"]);
  // What runs beside has its own card, and must not take the place of what runs in the row.
  const found =
    rows.find((row) => row.state === "running" && row.kind !== BESIDE) ??
    rows.find((row) => wrong.has(row.state));
  return found?.key ?? null;
}

/** Whether more is to come: then the steps are read again. */
export function unsettled(detail: ValidationDetail, now: number): boolean {
  if (!TERMINAL_STATES.has(detail.state) || detail.merge_state === "pending") return true;
  if (detail.steps.some((step) => step.state === "running" || step.state === "queued")) return true;
  // The check run and the release of the sandbox follow the end without an event of their own.
  return now - (detail.finished_at ?? 0) < 30_000;
}
