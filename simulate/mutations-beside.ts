/** Mistakes in what no history plays, steps, intake and reading GitHub: the tests alone must notice them. */
import type { Mutation } from "./mutations.ts";

const MISTAKES: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  "steps/flaky.ts": [["names.every((name) => listed.has(name))", "names.some((name) => listed.has(name))"]],
  "steps/reruns.ts": [["ids.some((id) => /[\\p{Cc}]/u", "ids.every((id) => /[\\p{Cc}]/u"]],
  "steps/judge.ts": [
    ["=== (validation.tested_base_sha ?? null)", "=== null"],
    ["made.snapshot_id === evidence.snapshot_id", "made.snapshot_id !== undefined"],
    [
      "const ended = record !== undefined && record.finished_at !== null;",
      "const ended = record !== undefined;",
    ],
  ],
  "steps/target.ts": [
    ["parents[0] === tip && parents[1] === head_sha", "parents[1] === head_sha"],
    ["parents[0] === tip && parents[1] === head_sha", "parents[0] === tip"],
    ["live.head_sha !== head_sha || live.base_ref", "live.base_ref"],
  ],
  "steps/snapshot.ts": [
    ["? mergeResult(context) : headAlone(context)", "? headAlone(context) : headAlone(context)"],
    ["(await findPlan(context.env.DB, validation.id)) ?? ", ""],
    ['if ("difference" in laid) {', "if (laid === undefined) {"],
  ],
  "steps/checkout.ts": [
    ["if (left.length > 0) return", "if (false) return"],
    ["if (laid.tree_sha === tree) return", "if (laid.tree_sha) return"],
  ],
  "steps/test.ts": [
    ["ran.failure ?? asFailure(failureOf(count, plan))", "asFailure(failureOf(count, plan))"],
    ["ran.failure ?? asFailure(failureOf(count, plan))", "ran.failure"],
    ["if (xml === null) return { run: null, failed: 0, failing: [], counted_by: null };", ""],
  ],
  "steps/affected.ts": [["if (statusOf(error) === 404) return null;\n    throw error;", "return null;"]],
  "steps/own-check.ts": [["sure ? pinned : null", "pinned"]],
  "steps/talk/approve.ts": [
    ["if (sha === null && unseen) return", "if (false) return"],
    ["if (early) return", "if (false) return"],
    ["if (sha !== null && head !== sha) return", "if (false) return"],
  ],
  "steps/talk/observe-talk.ts": [
    ["if (!canWrite(permission)) {", "if (permission === null) {"],
    ['byApp || user_type === "Bot" ||', "byApp ||"],
  ],
  "providers/github/comments.ts": [
    ["known(role_name) ?? known(permission)", "known(permission)"],
    ['found.event === "labeled" ? found : null', "found"],
  ],
  "providers/github/other-checks.ts": [
    ["(check.app === null || String(check.app) === vars.GITHUB_APP_ID)", "true"],
    ['run.status !== "completed" ? "pending" : ', ""],
    ["status === 404 || status === 403", "status !== null"],
  ],
  "providers/github/checks.ts": [
    ["runs.find((one) => one.external_id === external_id)", "runs[0]"],
    ['check.conclusion === null || check.conclusion === "action_required"', "check.conclusion === null"],
  ],
  "providers/github/compare.ts": [["data.files === undefined || files.length >= MOST_FILES", "false"]],
  "api/webhooks.ts": [
    ["known !== null && known.body_sha256 !== row.body_sha256", "known === null"],
    ["if (stranded) await queue(env, row.id);", ""],
    ["Date.now() < Date.parse(until)", "Date.now() > 0"],
  ],
  "store/deliveries.ts": [
    ['eq(deliveries.state, "done"),', ""],
    [".where(and(eq(deliveries.id, id), lt(deliveries.lease_until, now)))", ".where(eq(deliveries.id, id))"],
  ],
  "store/lanes.ts": [[", eq(lanes.visit, nth)", ""]],
};

export const BESIDE_HISTORIES: readonly Mutation[] = Object.entries(MISTAKES).flatMap(([file, mistakes]) =>
  mistakes.map(([from, to]) => ({ file: `workers/${file}`, from, to })),
);
