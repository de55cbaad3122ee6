/** Tells what happens in a run, oldest first, each thing once. */
import { stripVTControlCharacters } from "node:util";
import { type SaidReader, saidReader } from "../../../models/read-said.ts";
import type { RunDetail } from "../../../models/run.ts";
import type { Said } from "../../../models/said.ts";
import type { StepState } from "../../../models/step.ts";
import type { Turn } from "../../../models/turn.ts";
import { TERMINAL_STATES, type Validation } from "../../../models/validation.ts";
import type { Api } from "../../api.ts";
import { saidText, stepText, validationText, verdictText } from "../../text/live.ts";
import type { Paint } from "../../text/paint.ts";
import { phaseText, planText, turnText, whyText } from "../../text/run.ts";

export interface Screen {
  paint: Paint;
  say(text: string): Promise<void>;
}

type Part = { at: number; tell(): Promise<void> };

/** Steps that say nothing of the change. */
const SILENT = new Set(["observe", "report", "release"]);
const GOING: ReadonlySet<StepState> = new Set<StepState>(["queued", "running"]);

/** A function that tells what is new in the run each time that it is given it. */
export function timelineOf(api: Api, screen: Screen): (run: RunDetail) => Promise<void> {
  const turns = new Map<string, Heard>();
  const gates = new Map<string, Seen>();
  const plans = new Set<number>();
  let phase = "";
  return async (run) => {
    const parts: Part[] = [
      ...run.turns_taken.map((turn) => ({
        at: turn.started_at,
        tell: () => tellTurn(api, screen, turns, turn),
      })),
      ...run.validations.map((one) => ({
        at: one.created_at,
        tell: () => tellGate(api, screen, gates, one),
      })),
      ...run.plans.map((plan) => ({
        at: plan.at,
        tell: async () => {
          if (plans.has(plan.version)) return;
          plans.add(plan.version);
          await screen.say(`\n${planText(plan, run.plan_version, screen.paint)}\n`);
        },
      })),
    ];
    for (const part of parts.sort((one, other) => one.at - other.at)) await part.tell();
    // What it is doing is said by what comes of it; only what it waits for, and how it ended, is news.
    const now = phaseText(run, screen.paint) + whyText(run.reason);
    if (now !== phase && run.status !== "running" && run.status !== "pending") await screen.say(now);
    phase = now;
  };
}

type Heard = { reader: SaidReader; from: number; over: boolean };

/** What an agent said since it was heard last. */
async function tellTurn(api: Api, screen: Screen, turns: Map<string, Heard>, turn: Turn): Promise<void> {
  const known = turns.get(turn.id);
  if (known?.over === true) return;
  const heard = known ?? { reader: saidReader(turn.format), from: 0, over: false };
  turns.set(turn.id, heard);
  if (known === undefined)
    await screen.say(turnText({ ...turn, state: "running", stat: null, commit_sha: null }, screen.paint));
  for (let more = true; more; ) {
    const piece = await api.turnLog(turn.run_id, turn.nth, heard.from);
    more = !piece.end && piece.next > heard.from;
    heard.from = piece.next;
    heard.over = piece.end && turn.finished_at !== null;
    const said = heard.reader.read(piece.text, heard.over);
    for (const item of said) await sayItem(screen, turn, item);
  }
  if (heard.over)
    await screen.say(
      turnText(turn, screen.paint) + whyText(turn.reason === null ? null : { message: turn.reason }),
    );
}

async function sayItem(screen: Screen, turn: Turn, item: Said): Promise<void> {
  // The answer of a turn that plans is the plan, which is shown with its version.
  if (item.kind === "answer" && turn.purpose === "plan") return;
  const text = saidText(withoutColours(item), screen.paint);
  if (text !== "") await screen.say(text);
}

/** The program's own colours would fight with ours, and with whoever wants none. */
function withoutColours<T extends Said>(item: T): T {
  const bare = (value: unknown) => (typeof value === "string" ? stripVTControlCharacters(value) : value);
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, bare(value)])) as T;
}

type Seen = { steps: Set<string>; verdict: string };

/** Steps of a validation that ended since it was looked at last, and how it ended. */
async function tellGate(
  api: Api,
  screen: Screen,
  gates: Map<string, Seen>,
  validation: Validation,
): Promise<void> {
  const known = gates.get(validation.id);
  const over = TERMINAL_STATES.has(validation.state);
  const verdict = over ? verdictText(validation, screen.paint) : "";
  if (known !== undefined && over && known.verdict === verdict) return;
  const seen = known ?? { steps: new Set<string>(), verdict: "" };
  gates.set(validation.id, seen);
  if (known === undefined) await screen.say(validationText(validation, screen.paint));
  const { steps } = await api.validation(validation.id);
  for (const step of steps) {
    if (SILENT.has(step.kind) || GOING.has(step.state) || seen.steps.has(step.id)) continue;
    seen.steps.add(step.id);
    await screen.say(stepText(step, screen.paint));
  }
  if (verdict !== "") await screen.say(verdict);
  seen.verdict = verdict;
}
