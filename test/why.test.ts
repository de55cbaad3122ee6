/** Why it is not merged: over HTTP, in the check run, and in the one comment of a pull request. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Why } from "../models/why.ts";
import {
  type App,
  ask,
  eventually,
  open,
  ourChecks,
  type Project,
  project,
  QUICK,
  settled,
  stranger,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const FAILS = { "test.sh": "echo '3 passed, 1 failed'\nexit 1\n" };

beforeAll(() => {
  stage.app.github.createUser("carol");
});

const codes = ({ unmet }: Why) => unmet.map(({ code }) => code);

/** Comments of our App that say how a pull request stands. */
function marks({ github }: App, { id, full_name }: Project, number: number): string[] {
  return github
    .issue(full_name, number)
    .comments.filter(
      ({ body, user }) => body.startsWith(`<!-- tidegate:mark:${id}:`) && user.login !== "carol",
    )
    .map(({ body }) => body);
}

/** The one comment, once it says this. */
function marked(app: App, one: Project, number: number, text: RegExp): Promise<string> {
  let seen: string[] = [];
  return eventually(`the comment on #${number}`, () => {
    seen = marks(app, one, number);
    return seen.find((body) => text.test(body)) ?? null;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen.join("\n---\n")}`);
  });
}

/** The answer over HTTP, once it holds this. */
function whyWith(app: App, { id }: Project, number: number, ...wanted: string[]): Promise<Why> {
  return eventually(wanted.join(", "), async () => {
    const why = await app.api.why(id, number).catch(() => null);
    return why !== null && wanted.every((code) => codes(why).includes(code)) ? why : null;
  });
}

test("from the failure to the merge there is one comment, and it always says how it stands", async () => {
  const { app } = stage;
  const one = await project(app, "told");
  const { number, head } = await open(app, one, "change", FAILS);
  app.github.comment(one.full_name, number, `<!-- tidegate:mark:${one.id}:${number} -->\nMerge me`, "carol");
  const failed = await settled(app, one, number);
  const why = await app.api.why(one.id, number);
  expect(why).toMatchObject({
    ...{ pr_number: number, head_sha: head, validation_id: failed.id, merged: false, queue: null },
    summary: "Not merged: the validation failed",
    unmet: [{ code: failed.reason?.code, owner: "author" }],
  });
  const said = await marked(app, one, number, /the validation failed/);
  expect(said).toContain(`- \`${failed.reason?.code}\``);
  expect(said).toContain("*the author's turn*");
  expect(said).toContain(`(${app.vars.PUBLIC_URL ?? app.url}/projects/${one.id}/pulls/${number})`);
  const [check] = ourChecks(app, one, head);
  expect(check?.output.summary).toContain("**Not merged: the validation failed**");
  await app.github.pushCommit(one.full_name, "change", { "test.sh": 'echo "1 passed, 0 failed"\n' }, "Mend");
  const merged = await validationWhere(app, one, number, (it) => it.merge_state === "merged");
  const last = await marked(app, one, number, /Merged by Tidegate/);
  expect(last).toContain(`not on the merge with the current \`main\``);
  expect(last).not.toContain("turn");
  expect(await app.api.why(one.id, number)).toMatchObject({
    ...{ head_sha: merged.head_sha, merged: true, unmet: [], queue: null },
  });
  expect(marks(app, one, number)).toHaveLength(1);
  const forged = app.github.issue(one.full_name, number).comments.find(({ user }) => user.login === "carol");
  expect(forged?.body).toMatch(/Merge me$/);
});

test("every check that a ruleset, protection or the configuration wants is named, until all are good", async () => {
  const { app } = stage;
  const wants = { ".tidegate.yml": `${QUICK}merge: { checks: [licence] }\n` };
  const one = await project(app, "wanted", wants);
  const ci = app.github.createApp("why-ci");
  app.github.install(one.full_name, ci);
  app.github.protect(one.full_name, "main", {
    checks: { strict: false, checks: [{ context: "lint", appId: null }] },
    enforceAdmins: true,
  });
  const required_status_checks = [{ context: "deploy/preview", integration_id: ci.id }];
  app.github.addRuleset(one.full_name, {
    rules: [{ type: "required_status_checks", parameters: { required_status_checks } }],
  });
  const { number, head } = await open(app, one, "change");
  const why = await whyWith(app, one, number, "missing_checks");
  const missing = why.unmet.map(
    ({ message }) => /^"([^"]+)" is required.*filtered by path/.exec(message)?.[1],
  );
  expect(missing).toEqual(["lint", "deploy/preview", "licence"]);
  for (const one of why.unmet)
    expect(one).toMatchObject({
      owner: "github",
      again_at: expect.any(Number),
      deadline_at: expect.any(Number),
    });
  const said = await marked(app, one, number, /deploy\/preview/);
  expect(said.match(/^- `missing_checks`/gm)).toHaveLength(3);
  const summary = () => ourChecks(app, one, head)[0]?.output.summary ?? "";
  await eventually("the check run", () => (summary().includes("`missing_checks`") ? true : null));
  for (const name of ["lint", "deploy/preview"]) app.github.check(one.full_name, head, name, "success", ci);
  app.github.check(one.full_name, head, "licence", "failure", ci);
  expect(codes(await whyWith(app, one, number, "failed_check"))).toEqual(["failed_check"]);
  app.github.check(one.full_name, head, "licence", "success", ci);
  await validationWhere(app, one, number, (it) => it.merge_state === "merged");
  await marked(app, one, number, /Merged by Tidegate/);
  expect(marks(app, one, number)).toHaveLength(1);
});

describe("what stands against a merge", () => {
  test("is said of a draft, before anything was validated", async () => {
    const { app } = stage;
    const one = await project(app, "drafted");
    const { number } = await open(app, one, "change", {}, { draft: true });
    const why = await whyWith(app, one, number, "draft");
    expect(why).toMatchObject({ validation_id: null, unmet: [{ code: "draft", owner: "author" }] });
  });

  test("is said of whoever asked for no merge, who wants only to rehearse, and who paused", async () => {
    const { app } = stage;
    const one = await project(app, "by-hand", {}, { auto_merge_enabled: false, dry_run: true });
    const { number } = await open(app, one, "change");
    await settled(app, one, number);
    await app.api.pause(one.id);
    const why = await whyWith(app, one, number, "paused");
    expect(codes(why)).toEqual(["paused", "auto_merge_disabled", "dry_run"]);
    expect(why.unmet.map(({ owner }) => owner)).toEqual(Array(3).fill("maintainer"));
    await app.api.resume(one.id);
  });

  test("is nobody's business without a session, and of what is not there", async () => {
    const { app } = stage;
    const one = await project(app, "private-why");
    await expect(stranger(app).why(one.id, 1)).rejects.toThrow();
    for (const path of [`${one.id}/pulls/99`, "nobody/pulls/1"])
      expect((await ask(app, `/api/v1/projects/${path}/why`)).status).toBe(404);
  });
});

test("a comment that may not be written holds no merge up, whatever GitHub says of it", async () => {
  const { app } = stage;
  const refused = async (status: number) => {
    const one = await project(app, `locked-${status}`);
    const message = "Unable to create comment because issue is locked";
    const match = `POST /repos/${one.full_name}/issues/*/comments`;
    app.github.faults.add({ match, before: async () => Response.json({ message }, { status }) });
    const { number } = await open(app, one, "change");
    await validationWhere(app, one, number, (it) => it.merge_state === "merged");
    const path = `/repos/${one.full_name}/issues/${number}/comments`;
    await eventually("the comment to be tried", () =>
      app.github.requests.some((seen) => seen.method === "POST" && seen.path === path) ? true : null,
    );
    expect(marks(app, one, number)).toEqual([]);
  };
  await Promise.all([403, 404, 410, 422].map(refused));
});
