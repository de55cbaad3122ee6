/** Mistakes that somebody might make: each is one line that is missing, or says the opposite. */

/** `from` stands in the file once. */
export type Mutation = { file: string; from: string; to: string };

const of =
  (file: string) =>
  ([from, to]: readonly [string, string]): Mutation => ({ file, from, to });

const MERGING = [
  ["return holdBack(state, before, against);\n  const suspect", "void 0;\n  const suspect"],
  ["if (suspect !== null) return putOff(", "if (false) return putOff("],
  ["if (!before.green) return", "if (false) return"],
  ['if (pull?.state !== "open") return', "if (pull === undefined) return"],
  ["latestOf(state, pull)?.id !== validation.id || ", ""],
  ["if (isStopped(pull))", "if (false)"],
  ["if (isHeld(validation) && validation.hold !== null) return", "if (false) return"],
  ["if (twin !== null) return twin;", ""],
  ["if (state.settings?.auto_merge !== true)\n    return {", "if (state.settings === null)\n    return {"],
  ["now > (mergeDeadlineOf(validation) ?? now)", "now < 0"],
  [
    "if (before === undefined || !awaited || against !== null",
    "if (before === undefined || against !== null",
  ],
  ["!awaited || against !== null || state", "!awaited || state"],
  ["against !== null || state.settings?.paused === true", "against !== null"],
  [' || code === "base_moved"', ""],
] as const;

const ANSWER = [
  ['before.merge_state === "pending" && before.merging === fact.try', 'before.merge_state === "pending"'],
  ["if (deadline_at > now) return nothing(state);\n  if (merging", "if (merging"],
  ['answer.state === "unknown" ? suspended(state, settled) : state', "state"],
  ['answer.reasons.some(({ code }) => code === "base_moved")', "false"],
  ["return waits ? held(", "return false ? held("],
  [": lasting(said);", ": said;"],
  ["const answer = overtaken ?", "const answer = overtaken && said.again_s !== null ?"],
] as const;

const LANES = [
  ["state.settings?.paused === true || isMerging(state, base)", "state.settings?.paused === true"],
  ["state.settings?.paused === true || isMerging(state, base)", "isMerging(state, base)"],
  [".find(({ pr_number }) => state.pulls[pr_number]?.held_by == null)", "[0]"],
  ["return against === null ? nothing(state)", "return against !== undefined ? nothing(state)"],
] as const;

const QUEUE = [
  ["queued_at: first - 1", "queued_at: first + 1"],
  ['if (latest.merging !== null && action !== "release")', "if (false)"],
] as const;

const REPORTS = [
  ["if (fact.try !== before.reporting) return nothing(state);", ""],
  [" && !isHeld(written) && written.twin == null", ""],
  ["due > now", "due < now"],
  ["if (written.reports > fact.try)", "if (written.reports < fact.try)"],
] as const;

const MARKS = [
  ["if (mark.under_way) {", "if (mark.under_way && mark.nth > 2) {"],
  ["!pull?.mark?.under_way || pull.mark.nth !== fact.nth", "!pull?.mark?.under_way"],
  ["mark.at + STEP_DEADLINE_MS.report > now", "mark.at > 0"],
] as const;

const PULLS = [
  ["if (known.read_at > read_at) return true;", ""],
  ["chain(supersede(state, latest, pull, by, now), (next) =>", "chain(nothing(state), (next) =>"],
  ['if (validation.state === "superseded") return true;', ""],
  ['if (pull.draft) return "draft";', ""],
] as const;

const START = [
  ["from_fork && allowed_by === null", "from_fork && allowed_by === undefined"],
  ["latest?.head_sha === pull.head_sha ? (latest.allowed_by ?? null) : null", "latest?.allowed_by ?? null"],
  ['if (state.settings?.paused === true) return { code: "paused"', 'if (false) return { code: "paused"'],
] as const;

const PROGRESS = [
  [" || validation.required.length === 0", ""],
  [
    "validation.current?.kind === fact.kind && validation.current.try === fact.try",
    "validation.current?.kind === fact.kind",
  ],
  ["before.from_fork ? FORK_HOLD : null,", ""],
  ["unsteady && judged.hold == null ? flakyHold(flaky) : null,", ""],
  ['steps: [order(validation, "release", tried), ...ordered.steps]', "steps: ordered.steps"],
  ['required && fact.kind === "snapshot" && { required }', "required && { required }"],
  ["if (current === null || current.deadline_at > now)", "if (current === null || current.deadline_at > 0)"],
] as const;

const OTHERS: readonly Mutation[] = [
  {
    file: "workers/project/ending.ts",
    from: 'steps: [order(validation, "release", tried), ...reported.steps]',
    to: "steps: reported.steps",
  },
  {
    file: "workers/project/ending.ts",
    from: "before.reporting === null ? orderReport",
    to: "true ? orderReport",
  },
  { file: "workers/project/requeue.ts", from: "tried.requeues >= MOST_REQUEUES", to: "false" },
  {
    file: "workers/project/requeue.ts",
    from: "const kept = { queued_at,",
    to: "const kept = { queued_at: now,",
  },
  { file: "workers/project/waiting.ts", from: " || isStopped(pull)", to: "" },
  { file: "workers/project/stalls.ts", from: "merging !== nth", to: "merging === null" },
  { file: "workers/project/stalls.ts", from: "if (reporting !== nth) return null;", to: "" },
  {
    file: "workers/project/twins.ts",
    from: "&& pull.number !== pr_number",
    to: "&& pull.number < pr_number",
  },
  {
    file: "models/queue.ts",
    from: "(one.queued_at ?? 0) - (other.queued_at ?? 0)",
    to: "(other.queued_at ?? 0) - (one.queued_at ?? 0)",
  },
  { file: "models/queue.ts", from: "!TERMINAL_STATES.has(state) || merge_state", to: "merge_state" },
  { file: "workers/project/forget.ts", from: "newest || unsettled || changed", to: "newest || changed" },
  {
    file: "workers/project/asked.ts",
    from: "withValidation(withoutHold(state, pull), approved)",
    to: "withValidation(state, approved)",
  },
  {
    file: "workers/project/asked.ts",
    from: 'if (!isTerminal(validation)) return conflict("it still runs");',
    to: "",
  },
];

const STEP = [
  ["if (!(await world.remember(progress))) return", "if (false) return"],
  ["if (!(await world.remember(progress))) return", "await world.remember(progress);\n  if (false) return"],
  ["if (under_way_ms > 0) return", "if (false) return"],
  ["if (!(await world.isWanted())) return", "if (false) return"],
  ["tested_base_sha === null || tip === tested_base_sha", "tested_base_sha === null || tip !== null"],
  ["if (moved !== null) return ended(moved);", ""],
  ["if (stale !== null) return ended(stale);", ""],
  ["if (live.merged) return landed(", "if (live.merged === null) return landed("],
  [
    'if (against?.state === "rejected") return ended(against);\n  if (against !== null) {',
    "if (live === undefined) {",
  ],
  ["if (waiting !== null) return ended(waiting);", ""],
  ["project.dry_run ? ended(rehearsed(validation, method)) : ask(", "ask("],
  ["if (!(await world.takeLane(base_ref))) return waitForLane(progress);", "await world.takeLane(base_ref);"],
  ["if (trace === null && live !== null", "if (live !== null"],
  ["BASE_MOVED_PAUSES_S[asking.progress.requests - 1]", "BASE_MOVED_PAUSES_S[0]"],
  ["requests: asking.progress.requests + 1", "requests: asking.progress.requests"],
  ['if (tip !== null) return { state: "merged"', 'if (true) return { state: "merged"'],
  ["if (tip !== null && live.head_sha !== head)", "if (false)"],
  ["if (progress.tip === null || status === 200) return null;", "return null;"],
] as const;

const CONDITIONS = [
  ["if (live.head_sha !== head_sha)", "if (false)"],
  ["if (!hasPassed(validation)) add(", "if (false) add("],
  ["if (live.base_ref !== base_ref)", "if (false)"],
  ["if (isHeld(validation) && hold !== null) reasons.push(hold);", ""],
  ["if (twin != null) reasons.push(twin);", ""],
  ["if (live.draft) add(", "if (false) add("],
  ["if (!settings.auto_merge_enabled)", "if (false)"],
  ["app === null || check.app === app", "app === null || check.app !== app"],
  ['for (const name of names("failed"))', 'for (const name of names("passed").slice(0, 0))'],
  ['for (const name of names("pending"))', 'for (const name of names("passed").slice(0, 0))'],
] as const;

const project = (name: string) => of(`workers/project/${name}.ts`);

export const MUTATIONS: readonly Mutation[] = [
  ...MERGING.map(project("merging")),
  ...ANSWER.map(project("merge-answer")),
  ...LANES.map(project("lanes")),
  ...QUEUE.map(project("queue")),
  ...REPORTS.map(project("reports")),
  ...MARKS.map(project("marks")),
  ...PULLS.map(project("pulls")),
  ...START.map(project("start")),
  ...PROGRESS.map(project("progress")),
  ...OTHERS,
  ...STEP.map(of("workers/steps/merge-head.ts")),
  ...CONDITIONS.map(of("workers/steps/conditions.ts")),
];
