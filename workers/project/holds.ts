/** What a run that stopped leaves behind: its change is not merged until a person decided. */
import type { Pull } from "../../models/pull.ts";
import type { Run } from "../../models/run.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { isOnBranch, isSoft, pullOfRun } from "./run-state.ts";
import { type EarlyHold, type Hold, type PullState, type State, withPull } from "./state.ts";

/** What a run that stopped leaves on its pull request; null when it did not stop, or lets the gate go on. */
function holdBy(run: Run): Hold | null {
  const { phase, reason: why } = run;
  // Who took the branch over decides by pushing.
  const asks = phase === "needs_human" && !isSoft(run) && why?.code !== "human_push";
  const stopped = phase === "cancelled" && why?.code === "stopped";
  if (!asks && !stopped) return null;
  const reason = { code: "needs_human", message: `The run stopped: ${why?.message ?? phase}` };
  // Whose a late push is, nobody can tell where a vendor pushes by itself. Of others a push that was under way counts too.
  return { reason, heads: run.agent === "codegen" ? null : run.heads };
}

/** The hold of a run that stopped, on its pull request: closing that, or the end of the run, does not lift it. */
export function withHold(state: State, run: Run): State {
  const hold = holdBy(run);
  if (hold === null) return state;
  const pull = pullOfRun(state, run);
  if (pull !== null) return withPull(state, { ...pull, hold: both(pull.hold ?? null, hold) });
  const { id, pr_number, branch } = run;
  if (pr_number === null && branch === null) return state;
  return { ...state, holds: { ...state.holds, [id]: { ...hold, pr_number, branch } } };
}

/** Two holds of one pull request: neither lets go what the other holds. One that holds every head says why. */
function both(known: Hold | null, hold: Hold): Hold {
  if (known === null) return hold;
  if (known.heads === null) return known;
  return { ...hold, heads: hold.heads && [...new Set([...known.heads, ...hold.heads])] };
}

/** The hold of a pull request that is seen for the first time, of a run that stopped before that: it moves there. */
export function takeEarlyHold(state: State, pull: Pull): { state: State; hold: Hold | null } {
  const [id, early] = Object.entries(state.holds).find(([, hold]) => isHeldBy(hold, pull)) ?? [];
  if (id === undefined || early === undefined) return { state, hold: null };
  const { [id]: _, ...holds } = state.holds;
  const { reason, heads } = early;
  return { state: { ...state, holds }, hold: { reason, heads } };
}

function isHeldBy({ pr_number, branch, heads }: EarlyHold, pull: Pull): boolean {
  return pr_number === null ? isOnBranch(pull, branch, heads ?? []) : pr_number === pull.number;
}

/** A person decided: whatever a run left behind holds no more. */
export function withoutHold(state: State, pull: PullState): State {
  return pull.hold == null ? state : withPull(state, { ...pull, hold: null });
}

/** The same for what this run left, wherever it lies. */
export function withoutHoldOf(state: State, run: Run): State {
  const { [run.id]: _, ...holds } = state.holds;
  const pull = pullOfRun(state, run);
  const rest = run.id in state.holds ? { ...state, holds } : state;
  return pull === null ? rest : withoutHold(rest, pull);
}

/** Why what passed is not merged without a person, as far as a run left it behind. */
export function holdOf(
  state: State,
  { pr_number, head_sha }: Pick<Validation, "pr_number" | "head_sha">,
): Reason | null {
  const hold = state.pulls[pr_number]?.hold ?? null;
  if (hold === null) return null;
  return hold.heads === null || hold.heads.includes(head_sha) ? hold.reason : null;
}
