/** Every piece of evidence that is missing is said, and none is passable. */
import { describe, expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import type { CommandEvidence, Evidence, StepKind, StepRecord } from "../../models/step.ts";
import { A, B, projectAt } from "../project/decide.fixture.ts";
import { analysis } from "./analysis.fixture.ts";
import { verdicts } from "./judge.ts";
import { requiredBy } from "./plan.ts";

const FULL: Plan = {
  setup: ["npm ci", "npm run build"],
  setup_timeout_ms: 1,
  test: { run: ["npm test"], timeout_ms: 1, network: "none" },
  serve: { run: "npm start", port: 3000, ready: "/", ready_timeout_ms: 1 },
  ui: [
    { name: "buy milk", steps: [{ go: "/" }] },
    { name: "buy bread", steps: [{ go: "/" }] },
  ],
  merge: {},
  limits: {},
};
const ONLY_TESTS: Plan = { ...FULL, setup: "none", serve: "none", ui: "none" };

function validation() {
  const project = projectAt();
  project.see();
  return project.newest();
}

const ran = (command: string, changes: Partial<CommandEvidence> = {}): CommandEvidence => ({
  command,
  exit_code: 0,
  end: "exited",
  signal: null,
  duration_ms: 900,
  peak_memory_bytes: 1,
  ...changes,
});
const walked = (name: string) => ({
  name,
  passed: true,
  failure: null,
  actions: 1,
  duration_ms: 1,
  screenshots: [`${name}.png`],
});

/** What each step leaves when all is well. */
const GOOD: Partial<Record<StepKind, Partial<Evidence>>> = {
  snapshot: { head_sha: A, tree_sha: "9".repeat(40) },
  setup: { commands: [ran("npm ci"), ran("npm run build")] },
  test: { commands: [ran("npm test")], tests_run: 12, tests_failed: 0 },
  browse: { browser: "Chrome/150", flows: [walked("buy milk"), walked("buy bread")] },
};

function record(
  kind: StepKind,
  evidence: Partial<Evidence> | null,
  changes: Partial<StepRecord> = {},
): StepRecord {
  return {
    id: `v.${kind}.1`,
    validation_id: "v",
    kind,
    try: 1,
    state: "passed",
    reason: null,
    evidence: evidence === null ? null : { duration_ms: 1, container_id: "box", ...evidence },
    log: null,
    started_at: 1,
    finished_at: 2,
    ...changes,
  };
}

const all = () =>
  (["snapshot", "setup", "test", "browse"] as const).map((kind) => record(kind, GOOD[kind] ?? {}));
const without = <T extends object>(object: T, ...keys: (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as keyof T))) as Partial<T>;

/** What is wrong, by step. */
function wrong(plan: Plan, records: StepRecord[]): Record<string, string> {
  const judged = verdicts(validation(), plan, records).filter(({ verdict }) => verdict !== "ok");
  return Object.fromEntries(judged.map(({ kind, verdict }) => [kind, verdict]));
}

/** The same records with another one for its kind. */
const replaced = (other: StepRecord) => all().map((one) => (one.kind === other.kind ? other : one));

test("verdicts() are all ok when every step left what proves it", () => {
  expect(wrong(FULL, all())).toEqual({});
  expect(
    wrong(
      ONLY_TESTS,
      all().filter(({ kind }) => kind === "snapshot" || kind === "test"),
    ),
  ).toEqual({});
});

test("verdicts() of nothing are all wrong", () => {
  expect(wrong(FULL, [])).toEqual({
    snapshot: "did not run",
    setup: "did not run",
    test: "did not run",
    browse: "did not run",
  });
});

describe.each(["snapshot", "setup", "test", "browse"] as const)("%s", (kind) => {
  test("must be on record", () => {
    expect(
      wrong(
        FULL,
        all().filter((one) => one.kind !== kind),
      )[kind],
    ).toBe("did not run");
  });

  test.each(["queued", "running", "failed", "errored", "timed_out", "cancelled", "not_required"] as const)(
    "must not be %s",
    (state) => {
      expect(wrong(FULL, replaced(record(kind, GOOD[kind] ?? {}, { state })))).toEqual({
        [kind]: `is ${state}`,
      });
    },
  );

  test("must have left evidence", () => {
    expect(wrong(FULL, replaced(record(kind, null)))[kind]).toBe("left no evidence");
    expect(wrong(FULL, replaced(record(kind, {})))[kind]).toBeDefined();
  });

  test("must name its sandbox", () => {
    const evidence = without({ duration_ms: 1, container_id: "box", ...GOOD[kind] }, "container_id");
    const nowhere = record(kind, null, { evidence: { duration_ms: 1, ...evidence } });
    expect(wrong(FULL, replaced(nowhere))[kind]).toBe("ran in another sandbox");
  });
});

test.each(["setup", "test", "browse"] as const)("%s must have run in the sandbox of the snapshot", (kind) => {
  const elsewhere = record(kind, { ...GOOD[kind], container_id: "other" });
  expect(wrong(FULL, replaced(elsewhere))).toEqual({ [kind]: "ran in another sandbox" });
});

test.each<[string, StepKind, Partial<Evidence>, string]>([
  ["of another head", "snapshot", { head_sha: B }, "is not of this head"],
  ["of no head", "snapshot", { head_sha: "" }, "is not of this head"],
  ["without the tree", "snapshot", { tree_sha: "" }, "is not of this head"],
  ["with a base that nobody tested", "snapshot", { base_sha: B }, "is not of this base"],
  ["with a command less", "setup", { commands: [ran("npm ci")] }, "ran 1 of 2 commands"],
  ["with no command", "setup", { commands: [] }, "ran 0 of 2 commands"],
  [
    "with a command more",
    "setup",
    { commands: [ran("npm ci"), ran("npm run build"), ran("true")] },
    "ran 3 of 2 commands",
  ],
  [
    "with another command",
    "setup",
    { commands: [ran("npm ci"), ran("true")] },
    'ran "true" instead of "npm run build"',
  ],
  [
    "in another order",
    "setup",
    { commands: [ran("npm run build"), ran("npm ci")] },
    'ran "npm run build" instead of "npm ci"',
  ],
  [
    "with a command that failed",
    "setup",
    { commands: [ran("npm ci", { exit_code: 1 }), ran("npm run build")] },
    "has a failing command",
  ],
  [
    "with a restored command although nothing was restored",
    "setup",
    { commands: [ran("npm ci"), ran("npm run build", { end: "restored" })] },
    '"npm run build" ended by restored',
  ],
  ["restored", "test", { commands: [ran("npm test", { end: "restored" })] }, '"npm test" ended by restored'],
  [
    "that ended by timeout",
    "test",
    { commands: [ran("npm test", { end: "timeout" })] },
    '"npm test" ended by timeout',
  ],
  [
    "whose exit is not known",
    "test",
    { commands: [ran("npm test", { exit_code: null })] },
    "has a failing command",
  ],
  ["without a test", "test", { tests_run: 0 }, "ran no test"],
  ["without a count", "test", { tests_run: null }, "ran no test"],
  ["with a count that is none", "test", { tests_run: Number.NaN }, "ran no test"],
  ["with a failing test", "test", { tests_failed: 1 }, "has failing tests"],
  ["that does not say how many failed", "test", { tests_failed: null }, "has failing tests"],
  ["with a flow less", "browse", { flows: [walked("buy milk")] }, "walked 1 of 2 flows"],
  ["without a browser", "browse", { browser: "" }, "used no browser"],
  [
    "with a failing flow",
    "browse",
    { flows: [walked("buy milk"), { ...walked("buy bread"), passed: false }] },
    "has a failing flow",
  ],
  [
    "without a picture",
    "browse",
    { flows: [walked("buy milk"), { ...walked("buy bread"), screenshots: [] }] },
    "has a failing flow",
  ],
])("evidence %s is not good enough for %s", (_, kind, changes, verdict) => {
  const worse = record(kind, { ...GOOD[kind], ...changes });
  expect(wrong(FULL, replaced(worse))).toEqual({ [kind]: verdict });
});

test.each<[StepKind, keyof Evidence]>([
  ["snapshot", "head_sha"],
  ["snapshot", "tree_sha"],
  ["setup", "commands"],
  ["test", "commands"],
  ["test", "tests_run"],
  ["test", "tests_failed"],
  ["browse", "browser"],
  ["browse", "flows"],
])("%s without %s is not good enough", (kind, key) => {
  const worse = record(kind, without({ duration_ms: 1, ...GOOD[kind] }, key));
  expect(Object.keys(wrong(FULL, replaced(worse)))).toEqual([kind]);
});

test("set-up may have run before, on the very tree that was restored", () => {
  const commands = [ran("npm ci", { end: "restored" }), ran("npm run build", { end: "restored" })];
  const restored = (id: string) => [
    ...replaced(record("snapshot", { ...GOOD.snapshot, snapshot: "warm", snapshot_id: "tree 1" })).filter(
      (one) => one.kind !== "setup",
    ),
    record("setup", { commands, snapshot_id: id }),
  ];
  expect(wrong(FULL, restored("tree 1"))).toEqual({});
  expect(Object.keys(wrong(FULL, restored("tree 2")))).toEqual(["setup"]);
});

test("an app without flows must at least have been opened", () => {
  const plan: Plan = { ...FULL, ui: "none" };
  const opened = record("browse", { browser: "Chrome/150", flows: [walked("opens")] });
  expect(wrong(plan, replaced(opened))).toEqual({});
  expect(wrong(plan, replaced(record("browse", { browser: "Chrome/150", flows: [] })))).toEqual({
    browse: "walked 0 of 1 flows",
  });
});

describe("the analysis", () => {
  const NEEDS: Plan = { ...FULL, analyze: { fail_on: "error", ask_a_person_at: "none" } };
  const found = (changes = {}) => record("analyze", { analysis: analysis(changes) });
  const WRONG = { findings: [], severities: { error: 1, warning: 0, note: 0 } };

  test("is required where the base needs it, and nowhere else", () => {
    expect(requiredBy(NEEDS)).toEqual(["snapshot", "setup", "test", "browse", "analyze"]);
    for (const analyze of [undefined, "none", { fail_on: "none", ask_a_person_at: "none" }] as const)
      expect(requiredBy({ ...FULL, ...(analyze && { analyze }) })).not.toContain("analyze");
  });

  test.each<[string, StepRecord[], string | undefined]>([
    ["found nothing", [found()], undefined],
    ["found what is refused", [found(WRONG)], "has new findings"],
    ["found it and failed", [{ ...found(WRONG), state: "failed" }], "has new findings"],
    ["failed", [record("analyze", null, { state: "failed" })], "is failed"],
    ["is of another head", [found({ sha: B })], "is not of this head"],
    [
      "errored",
      [record("analyze", null, { state: "errored" })],
      "could not run: the merge waits for a person",
    ],
    ["left no evidence", [record("analyze", {})], "could not run: the merge waits for a person"],
    ["did not run", [], "could not run: the merge waits for a person"],
  ])("that %s", (_, records, verdict) => {
    expect(wrong(NEEDS, [...all(), ...records])).toEqual(verdict === undefined ? {} : { analyze: verdict });
    expect(wrong(FULL, [...all(), ...records])).toEqual({});
  });
});

describe("a change that leaves the project's folder alone", () => {
  const SHOP: Plan = { ...FULL, path: "apps/shop", also: [] };
  const compared = { start_sha: B, head_sha: A };
  const alone = (files: string[], changes: Partial<StepRecord> = {}) =>
    record("snapshot", { head_sha: A, not_affected: { path: "apps/shop", files, compared } }, changes);

  test("needs no other evidence than the proof", () => {
    const judged = verdicts(validation(), SHOP, [alone(["README.md"])]);
    expect(judged).toEqual([{ kind: "snapshot", state: "passed", verdict: "not_affected" }]);
  });

  test.each<[string, Plan, StepRecord, string]>([
    ["a file of the folder is in it", SHOP, alone(["apps/shop/a.ts"]), "concerns this project"],
    [
      "the base names a file of it",
      { ...SHOP, also: ["README.md"] },
      alone(["README.md"]),
      "concerns this project",
    ],
    ["the project is of the whole repository", FULL, alone(["README.md"]), "concerns this project"],
  ])("is judged when %s", (_, plan, snapshot, verdict) => {
    expect(wrong(plan, [snapshot])).toEqual({ snapshot: verdict });
  });

  test("counts only when the step passed", () => {
    expect(Object.keys(wrong(SHOP, [alone(["README.md"], { state: "failed" })]))).toContain("test");
  });
});
