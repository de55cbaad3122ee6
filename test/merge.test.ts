/** The merge: always the validated head, never blindly twice, and GitHub's refusals in its own words. */
import { expect, test } from "vitest";
import {
  type App,
  eventually,
  isSettled,
  merges,
  open,
  type Project,
  project,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();

const mergeOf = ({ full_name }: Project) => `PUT /repos/${full_name}/pulls/*/merge`;
/** Commits that came onto main after the first one, by merging or otherwise. */
async function landed({ github }: App, { full_name }: Project): Promise<number> {
  return Number(await github.git(full_name, "rev-list", "--count", "--first-parent", "main")) - 1;
}

/** Answers the next requests to merge in GitHub's place. */
function refuse({ github }: App, one: Project, status: number, message: string, times = 1): void {
  github.faults.add({
    match: mergeOf(one),
    times,
    before: async () => Response.json({ message }, { status }),
  });
}

test("the head moves when the merge is asked for: refused, the base unchanged, the new head validated", async () => {
  const { app } = stage;
  const one = await project(app, "race");
  const base = await app.github.head(one.full_name, "main");
  let next = "";
  app.github.faults.onRequest(
    mergeOf(one),
    async () => {
      next = await app.github.pushCommit(one.full_name, "change", { "c.txt": "c\n" }, "C");
    },
    1,
  );
  // The second merge is asked for by C's own validation: what B's did to the base is read before it.
  let between = "";
  app.github.faults.onRequest(
    (seen) => next !== "" && seen.path.endsWith(`/tarball/${next}`),
    async () => {
      between = await app.github.head(one.full_name, "main");
    },
    1,
  );
  const { number, head } = await open(app, one, "change");
  const second = await eventually("the new head", async () => {
    if (next === "") return null;
    return settled(app, one, number, next);
  });
  const { validations } = await app.api.pull(one.id, number);
  const first = validations.find((it) => it.head_sha === head);
  expect(first).toMatchObject({
    state: "passed",
    merge_state: "rejected",
    merge_reasons: [{ code: "head_modified" }],
  });
  expect(between).toBe(base);
  expect(second).toMatchObject({ state: "passed", merge_state: "merged" });
  expect(merges(app, one, number)).toEqual([
    { sha: head, status: 409 },
    { sha: next, status: 200 },
  ]);
  const parents = await app.github.git(one.full_name, "rev-parse", "main^1", "main^2");
  expect(parents.trim().split("\n")).toEqual([base, next]);
});

test("500 after the effect: the truth is read, and it was merged once", async () => {
  const { app } = stage;
  const one = await project(app, "lost-answer");
  app.github.faults.failAfter(mergeOf(one), 500, 1);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "merged" });
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 500 }]);
  expect(await landed(app, one)).toBe(1);
});

test("502 without an effect: asked once more for the same head, and merged once", async () => {
  const { app } = stage;
  const one = await project(app, "bad-gateway");
  app.github.faults.failBefore(mergeOf(one), 502, 1);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged" });
  expect(merges(app, one, number).map(({ sha }) => sha)).toEqual([head, head]);
  expect(await landed(app, one)).toBe(1);
});

test("502 for ever: two requests, then a person must look", async () => {
  const { app } = stage;
  const one = await project(app, "no-gateway");
  app.github.faults.failBefore(mergeOf(one), 502, 100);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({
    merge_state: "unknown",
    merge_reasons: [{ code: "ambiguous_merge" }],
  });
  expect(merges(app, one, number).map(({ sha }) => sha)).toEqual([head, head]);
  expect(await landed(app, one)).toBe(0);
});

test("500, the base has the commit and the pull request is open: unknown, and not asked again", async () => {
  const { app } = stage;
  const one = await project(app, "half-done");
  app.github.faults.add({
    match: mergeOf(one),
    before: async ({ body }) => {
      const { sha } = body as { sha: string };
      await app.github.git(one.full_name, "update-ref", "refs/heads/main", sha);
      return Response.json({ message: "Server Error" }, { status: 500 });
    },
  });
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "unknown" });
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 500 }]);
});

test.each([
  ["not-mergeable", 405, "Pull Request is not mergeable: because of the moon", "not_mergeable"],
  ["restricted", 403, "You're not authorized to push to this branch.", "refused_by_github"],
  ["unprocessable", 422, "Merge commits are not allowed, nor anything else", "refused_by_github"],
])("%s, %i: GitHub's words verbatim, and no second request", async (name, status, message, code) => {
  const { app } = stage;
  const one = await project(app, name);
  refuse(app, one, status, message);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({
    state: "passed",
    merge_state: "blocked",
    merge_reasons: [{ code, message }],
  });
  expect(merges(app, one, number)).toEqual([{ sha: head, status }]);
  expect(await landed(app, one)).toBe(0);
});

test("405 because the base moved, twice: asked again each time, and merged once", async () => {
  const { app } = stage;
  const one = await project(app, "busy-base");
  refuse(app, one, 405, "Base branch was modified. Review and try the merge again.", 2);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged" });
  expect(merges(app, one, number)).toEqual([405, 405, 200].map((status) => ({ sha: head, status })));
});

test("conflicts with the base: blocked, and GitHub is not even asked", async () => {
  const { app } = stage;
  const one = await project(app, "conflict");
  const from = await app.github.head(one.full_name, "main");
  await app.github.pushCommit(one.full_name, "main", { "README.md": "# Theirs\n" }, "Theirs");
  await app.github.pushCommit(one.full_name, "change", { "README.md": "# Ours\n" }, "Ours", { from });
  const { number } = await app.github.openPull(one.full_name, { head: "change" });
  expect(await settled(app, one, number)).toMatchObject({
    state: "passed",
    merge_state: "blocked",
    merge_reasons: [{ code: "conflicts" }],
  });
  expect(merges(app, one, number)).toEqual([]);
});

test("another App's check is waited for: missing, pending, failed, and at last good", async () => {
  const { app } = stage;
  const one = await project(app, "guarded");
  const [ci, wrong] = [app.github.createApp("ci"), app.github.createApp("not-ci")];
  for (const other of [ci, wrong]) app.github.install(one.full_name, other);
  const checks = [
    { context: "tidegate", appId: null },
    { context: "ci", appId: ci.id },
  ];
  app.github.protect(one.full_name, "main", { checks: { strict: false, checks }, enforceAdmins: true });
  const { number, head } = await open(app, one, "change");
  const blockedBy = (code: string) =>
    validationWhere(app, one, number, (it) => it.merge_reasons.some((reason) => reason.code === code));
  const missing = await blockedBy("missing_checks");
  expect(missing).toMatchObject({ state: "passed", merge_state: "blocked" });
  expect(missing.merge_reasons[0]?.message).toContain('"ci"');
  app.github.check(one.full_name, head, "ci", "success", wrong);
  await blockedBy("untrusted_check_source");
  app.github.check(one.full_name, head, "ci", null, ci);
  await blockedBy("pending_checks");
  app.github.check(one.full_name, head, "ci", "failure", ci);
  await blockedBy("failed_check");
  expect(merges(app, one, number)).toEqual([]);
  app.github.check(one.full_name, head, "ci", "success", ci);
  await validationWhere(app, one, number, (it) => it.merge_state === "merged" && isSettled(it));
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
});

test("a merge by somebody else is seen, and not called ours", async () => {
  const { app } = stage;
  const one = await project(app, "merged-by-hand", { "test.sh": "sleep 4; echo '1 passed, 0 failed'\n" });
  const { number, head } = await open(app, one, "change");
  await validationWhere(app, one, number, (it) => it.state === "running");
  const headers = { authorization: `Bearer ${app.owner.token}`, "user-agent": "test" };
  await fetch(`${app.github.apiUrl}/repos/${one.full_name}/pulls/${number}/merge`, {
    method: "PUT",
    headers,
    body: JSON.stringify({ sha: head }),
  });
  const validation = await settled(app, one, number);
  expect(validation).toMatchObject({
    state: "cancelled",
    reason: { code: "pull_merged" },
    merge_state: "none",
  });
});
