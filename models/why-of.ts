/** The complete answer to one question: why is this pull request not merged? Pure, and the same wherever it is asked. */
import { queueOf } from "./queue.ts";
import { FINAL_PHASES } from "./run.ts";
import { hasPassed, mergeDeadlineOf, type Reason, type Validation } from "./validation.ts";
import type { Owner, Unmet, Why } from "./why.ts";
import {
  asksPerson,
  beginsAnew,
  isLive,
  placeOf,
  standingOf,
  stopOf,
  summaryOf,
  type WhyInput,
} from "./why-standing.ts";
import { askOf, NOT_AGAIN, withTodo } from "./why-words.ts";

export type { WhyInput } from "./why-standing.ts";

/** A pull request is read again at least this often, in ms: what a webhook lost is noticed then. */
const LOOK_EVERY_MS = 5 * 60_000;

/** Conditions of which there may be several, each with words of its own; any other is said once. */
const SEVERAL: ReadonlySet<string> = new Set([
  "missing_checks",
  "failed_check",
  "pending_checks",
  "untrusted_check_source",
]);

/** Answers. What is not merged has at least one unmet condition, and each says who can meet it. */
export function whyOf(input: WhyInput): Why {
  const { pull, newest } = input;
  const standing = standingOf(input);
  const merged = standing === "merged" || standing === "merged_elsewhere";
  return {
    pr_number: pull.number,
    head_sha: pull.head_sha,
    validation_id: newest?.id ?? null,
    merged,
    summary: summaryOf(input),
    unmet: merged ? [] : once(unmetOf(input)),
    queue: merged || pull.state === "closed" ? null : placeOf(input),
  };
}

function unmetOf(input: WhyInput): Unmet[] {
  if (input.pull.state === "closed") return [unmet(told("pull_closed", "The pull request is closed"))];
  return [...ofPull(input), ...ofValidation(input), ...ofRun(input), ...ofProject(input)];
}

function once(all: readonly Unmet[]): Unmet[] {
  const same = (one: Unmet, other: Unmet) =>
    one.code === other.code && (one.message === other.message || !SEVERAL.has(one.code));
  return all.filter((one, at) => all.findIndex((other) => same(one, other)) === at);
}

const told = (code: string, message: string): Reason => ({ code, message });

type Times = Partial<Pick<Unmet, "deadline_at" | "again_at">>;

/** `otherwise`: the code whose owner and advice a code has that is not known here. */
function unmet(
  reason: Reason,
  { deadline_at = null, again_at = null }: Times = {},
  otherwise = "needs_person",
): Unmet {
  const { owner, todo } = askOf(reason.code, otherwise);
  const alone = (owner === "tidegate" || owner === "github") && deadline_at === null && again_at === null;
  // Nothing goes on by itself without a moment at which it does.
  return alone
    ? by(NOT_AGAIN.owner, reason, NOT_AGAIN.todo)
    : by(owner, reason, todo, { deadline_at, again_at });
}

function by(owner: Owner, reason: Reason, todo: string, times: Times = {}): Unmet {
  return { ...withTodo(reason, todo), owner, deadline_at: null, again_at: null, ...times };
}

const KEPT_OUT: Record<string, string> = {
  draft: "The pull request is a draft",
  fork_needs_approval: "Its commit comes from a fork, whose code is not run unasked",
  validation_disabled: "Validation is turned off for this project",
  project_removed: "The project was unpinned",
  disconnected: "GitHub does not let Tidegate into the repository any more",
};

/** The sentence for why a pull request is not validated; a code that is not known here is shown as it is. */
export function keptOut(code: string): string {
  return KEPT_OUT[code] ?? code;
}

/** What the pull request itself says, and whether GitHub lets us in. */
function ofPull({ pull, project, newest }: WhyInput): Unmet[] {
  const { disconnected, validation_enabled } = project;
  const stop = stopOf(pull, newest);
  const codes = [
    ...(stop === null ? [] : [stop]),
    ...(pull.draft ? ["draft"] : []),
    ...(validation_enabled ? [] : ["validation_disabled"]),
  ];
  return [
    ...(disconnected === null ? [] : [unmet(told("disconnected", disconnected.message))]),
    ...codes.map((code) => unmet(told(code, keptOut(code)))),
  ];
}

/** The newest validation, and what became of its merge. */
function ofValidation(input: WhyInput): Unmet[] {
  const { pull, newest, project } = input;
  if (newest === null || !isLive(pull, newest) || beginsAnew(newest)) {
    // What keeps it from being validated is said already.
    const stopped = project.disconnected !== null || stopOf(pull, newest) !== null;
    return stopped ? [] : [unmet(outdated(input), { again_at: nextLook(input) })];
  }
  return hasPassed(newest) ? [...ofHold(newest), ...ofMerge(input, newest)] : ofGate(input, newest);
}

function outdated({ pull, newest }: WhyInput): Reason {
  const what =
    newest === null || isLive(pull, newest)
      ? `The head ${pull.head_sha.slice(0, 7)} has no validation that counts`
      : `The newest validation is of ${newest.head_sha.slice(0, 7)} into ${newest.base_ref}, and it is ${pull.head_sha.slice(0, 7)} into ${pull.base_ref} now`;
  return told("not_validated", what);
}

/** The next moment at which the pull request is read although no webhook says so. */
function nextLook({ pull: { read_at }, now }: WhyInput): number {
  const looks = Math.floor(Math.max(0, now - read_at) / LOOK_EVERY_MS) + 1;
  return read_at + looks * LOOK_EVERY_MS;
}

/** What has not passed: where it is, or how it ended. */
function ofGate({ run, now }: WhyInput, newest: Validation): Unmet[] {
  const { state, current, deadline_at, waits } = newest;
  const reason = newest.reason ?? told(state, `The validation ${state.replace("_", " ")}`);
  switch (state) {
    case "queued":
    case "running": {
      if (waits !== null) return [unmet(waits, { deadline_at })];
      const end = { deadline_at: current?.deadline_at ?? deadline_at };
      const step =
        current === null
          ? told("queued", "Its validation waits for its first step")
          : told(state, `Its validation is at the step ${current.kind}`);
      return [...ofStall(newest, now, end), unmet(step, end)];
    }
    case "failed":
    case "timed_out":
      // Whoever the run waits for, or its agent, is named with the run.
      return isMended(run)
        ? [by("agent", reason, askOf("mended", state).todo, timesOf(run))]
        : [blamed(reason, state)];
    default:
      return [blamed(reason, state)];
  }
}

/** The reason of a validation that ended: what it asks for follows from how it ended, where the reason asks for nothing itself. */
function blamed(reason: Reason, state: Validation["state"]): Unmet {
  const { owner, todo } = askOf(reason.code, state);
  return by(owner, reason, todo);
}

function ofStall({ stalled }: Validation, now: number, end: Times): Unmet[] {
  if (stalled === null || stalled.until <= now) return [];
  const { until, ...reason } = stalled;
  return [unmet(reason, { ...end, again_at: until }, "github_rate_limited")];
}

/** What a person is asked about. */
function ofHold(newest: Validation): Unmet[] {
  const { hold, twin, flaky } = newest;
  const tests = flaky?.tests.join(", ") ?? "";
  const failed = told("flaky", `It failed before at this very commit${tests === "" ? "" : `: ${tests}`}`);
  return [
    ...(asksPerson(newest) ? [unmet(hold ?? failed)] : []),
    ...(twin === null ? [] : [unmet(twin, {}, "twin_held")]),
  ];
}

/** What became of the merge of what has passed. */
function ofMerge(input: WhyInput, newest: Validation): Unmet[] {
  const { merge_state, merge_again_at: again_at, merge_reasons, merging, deadline_at } = newest;
  const stall = ofStall(newest, input.now, { deadline_at });
  const given_up_at = mergeDeadlineOf(newest) ?? deadline_at;
  switch (merge_state) {
    case "pending":
    case "queued": {
      if (merging !== null)
        return [...stall, unmet(told("merging", "GitHub is asked to merge it"), { deadline_at, again_at })];
      const written = told("reporting", "Its check run is written before anything is merged");
      const step = merge_state === "queued" ? inQueue(input) : written;
      return [...stall, unmet(step, { deadline_at, again_at })];
    }
    case "none":
      return asksPerson(newest) || newest.twin !== null || !input.project.auto_merge_enabled
        ? []
        : [unmet(told("not_queued", "Nobody wants it merged by Tidegate"))];
    case "rehearsed":
      if (!input.project.dry_run) return [unmet(told("rehearsed", "It passed in a dry run, which is over"))];
      return reasonsOf(merge_reasons).map((reason) => unmet(reason, {}, "dry_run"));
    case "blocked": {
      const times = again_at === null ? {} : { again_at, deadline_at: given_up_at };
      return reasonsOf(merge_reasons).map((reason) =>
        unmet(reason, times, again_at === null ? "merge_blocked" : "merge_again"),
      );
    }
    case "rejected":
      return reasonsOf(merge_reasons).map((reason) => rejected(input, reason));
    case "unknown": {
      // Whatever became unclear, and however: nobody but a person may say what is there.
      const { owner, todo } = askOf("ambiguous_merge", "merge_blocked");
      return reasonsOf(merge_reasons).map((reason) => by(owner, reason, todo));
    }
    case "merged":
      return [];
  }
}

function reasonsOf(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.length > 0 ? reasons : [told("merge_blocked", "GitHub did not say why")];
}

/** Nothing asks for it again; what another validation mends begins with the next look. */
function rejected(input: WhyInput, reason: Reason): Unmet {
  const { owner } = askOf(reason.code, "merge_rejected");
  return unmet(reason, owner === "tidegate" ? { again_at: nextLook(input) } : {}, "merge_rejected");
}

function inQueue({ pull, queue }: WhyInput): Reason {
  const line = queueOf(queue, pull.base_ref).map(({ pr_number }) => pr_number);
  const at = line.indexOf(pull.number);
  const before = line.slice(0, Math.max(0, at)).map((number) => `#${number}`);
  const words = at === 0 ? " and is next" : at > 0 ? ` behind ${before.join(", ")}` : "";
  return told("in_queue", `It stands in the merge queue of ${pull.base_ref}${words}`);
}

type AtWork = NonNullable<WhyInput["run"]>;

/** An agent is to mend what failed. */
function isMended(run: WhyInput["run"]): run is AtWork {
  return run !== null && run.agent !== null && !FINAL_PHASES.has(run.phase) && run.phase !== "needs_human";
}

function timesOf({ current, deadline_at }: AtWork): Times {
  return { deadline_at: current?.deadline_at ?? deadline_at, again_at: current?.look_at ?? null };
}

/** The run that is at work on it. What only repeats what holds the merge is not said twice. */
function ofRun({ run, newest }: WhyInput): Unmet[] {
  if (run === null || FINAL_PHASES.has(run.phase) || run.phase === "validating") return [];
  if (run.phase === "awaiting_confirmation")
    return [
      unmet(told("plan_waits", "The plan of its run waits for a person"), { deadline_at: run.deadline_at }),
    ];
  if (run.phase === "needs_human") {
    const { code, message } = run.reason ?? told("needs_human", "Its run waits for a person");
    if (code === "merge_held" || code === "merge_blocked") return [];
    // A merge can be approved only of what passed.
    const { owner, todo } = askOf(
      newest !== null && hasPassed(newest) ? "needs_human" : "run_asks",
      "needs_person",
    );
    const asks = told("needs_human", `Its run waits for a person: ${message}`);
    return [by(owner, asks, todo, { deadline_at: run.deadline_at })];
  }
  return [unmet(told("agent_works", `Its run is ${run.phase}`), timesOf(run))];
}

/** What the project wants, or somebody wants of its queue. */
function ofProject({ pull, project }: WhyInput): Unmet[] {
  const { paused_by, dry_run, auto_merge_enabled } = project;
  return [
    ...(pull.held_by === null
      ? []
      : [unmet(told("held_in_queue", `${pull.held_by} holds it in the merge queue`))]),
    ...(paused_by === null ? [] : [unmet(told("paused", `${paused_by} paused the project`))]),
    ...(auto_merge_enabled ? [] : [unmet(told("auto_merge_disabled", "Auto-merge is off"))]),
    ...(dry_run ? [unmet(told("dry_run", "This is a dry run: nothing is merged"))] : []),
  ];
}
