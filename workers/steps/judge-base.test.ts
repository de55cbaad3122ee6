/** What the merge goes by is what was laid: a head on a base, restored or not, is judged as that and as nothing else. */
import { expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import type { StepRecord } from "../../models/step.ts";
import { A, B, C, projectAt } from "../project/decide.fixture.ts";
import { verdicts } from "./judge.ts";

const PLAN = {
  setup: ["npm ci"],
  test: { run: ["npm test"] },
  serve: "none",
  ui: "none",
  limits: {},
  merge: {},
};
const ran = (command: string, changes: object = {}) => ({
  ...{ command, exit_code: 0, end: "exited", signal: null, duration_ms: 1, peak_memory_bytes: 1 },
  ...changes,
});
const about = { state: "passed", try: 1, reason: null, finished_at: 1, started_at: 0 };

type Changes = { snapshot?: object; setup?: object; test?: object };

function judged({ snapshot = {}, setup = {}, test = {} }: Changes, tested_base_sha: string | null = null) {
  const project = projectAt();
  project.see();
  const box = { duration_ms: 1, container_id: "box" };
  const made = { ...box, head_sha: A, tree_sha: "9", snapshot: "cold", snapshot_id: "s", ...snapshot };
  const records = [
    { ...about, kind: "snapshot", evidence: made },
    { ...about, kind: "setup", evidence: { ...box, commands: [ran("npm ci")], snapshot_id: "s", ...setup } },
    {
      ...{ ...about, kind: "test" },
      evidence: { ...box, commands: [ran("npm test")], tests_run: 1, tests_failed: 0, ...test },
    },
  ] as unknown as StepRecord[];
  const found = verdicts({ ...project.newest(), tested_base_sha }, PLAN as unknown as Plan, records);
  return Object.fromEntries(
    found.filter(({ verdict }) => verdict !== "ok").map(({ kind, verdict }) => [kind, verdict]),
  );
}

const OTHER_BASE = { snapshot: "is not of this base" };
test.each<[string, object, string | null, object]>([
  ["alone", {}, null, {}],
  ["on the base that is wanted", { base_sha: B }, B, {}],
  ["alone, where a base is wanted", {}, B, OTHER_BASE],
  ["on a base, where none is wanted", { base_sha: B }, null, OTHER_BASE],
  ["on another base", { base_sha: C }, B, OTHER_BASE],
  ["of another head", { head_sha: B }, null, { snapshot: "is not of this head" }],
  ["of no tree", { tree_sha: "" }, null, { snapshot: "is not of this head" }],
])("what was laid %s", async (_, snapshot, tested, wrong) => {
  expect(judged({ snapshot }, tested)).toEqual(wrong);
});

const RESTORED = { commands: [ran("npm ci", { end: "restored" })] };
const NOT_RAN = { setup: '"npm ci" ended by restored' };
test.each<[string, Changes, object]>([
  ["of this very source", { snapshot: { snapshot: "warm" }, setup: RESTORED }, {}],
  ["of nothing that was kept", { setup: RESTORED }, NOT_RAN],
  ["of another source", { snapshot: { snapshot: "warm", snapshot_id: "t" }, setup: RESTORED }, NOT_RAN],
])("a set-up that was restored: %s", (_, changes, wrong) => {
  expect(judged(changes)).toEqual(wrong);
});

test.each<[string, object, object]>([
  ["that is all", {}, {}],
  ["of which none ran", { tests_run: 0 }, { test: "ran no test" }],
  ["that are not counted", { tests_run: undefined }, { test: "ran no test" }],
  ["of which nobody knows whether they failed", { tests_failed: undefined }, { test: "has failing tests" }],
  ["of which one failed", { tests_failed: 1 }, { test: "has failing tests" }],
])("one test %s", (_, changes, wrong) => {
  expect(judged({ test: changes })).toEqual(wrong);
});
