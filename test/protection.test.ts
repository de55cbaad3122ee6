/** What branch protection may believe: a check of ours is green for one base by that base's rules, or not at all. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  type App,
  asOwner,
  eventually,
  isSettled,
  open,
  ourChecks,
  type Project,
  project,
  QUICK,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const FAILS = { "test.sh": "echo '3 passed, 1 failed'\nexit 1\n" };
const LAX = "setup: none\ntest: echo '1 passed, 0 failed'\n";
const BY_HAND = { auto_merge_enabled: false };

async function mergeByHand(app: App, { full_name }: Project, number: number): Promise<number> {
  return (await asOwner(app, "PUT", `/repos/${full_name}/pulls/${number}/merge`, {})).status;
}

/** Names and conclusions of our checks on a commit. */
function said(app: App, one: Project, sha: string): Record<string, string | null> {
  return Object.fromEntries(ourChecks(app, one, sha).map(({ name, conclusion }) => [name, conclusion]));
}

/** A project whose main requires our check, as README says, beside a branch with rules that let everything pass. */
async function guarded(
  { app }: { app: App },
  name: string,
  settings: Parameters<typeof project>[3],
): Promise<Project> {
  const one = await project(app, name, {}, settings);
  await app.github.pushCommit(one.full_name, "lax", { ".tidegate.yml": LAX }, "Let everything pass");
  const checks = [{ context: "tidegate", appId: app.github.app.id }];
  app.github.protect(one.full_name, "main", { checks: { strict: false, checks }, enforceAdmins: true });
  return one;
}

describe("one commit in two pull requests of different bases", () => {
  test("what fails for main cannot be merged there because it passes elsewhere", async () => {
    const { app } = stage;
    const one = await guarded(stage, "two-bases", {});
    const main = await app.github.head(one.full_name, "main");
    const { number, head } = await open(app, one, "evil", FAILS);
    expect((await settled(app, one, number)).state).toBe("failed");
    const lax = await app.github.openPull(one.full_name, { head: "evil", base: "lax" });
    // Our failure for main is nothing to lax: by its own rules it is merged there.
    expect(await settled(app, one, lax.number)).toMatchObject({ state: "passed", merge_state: "merged" });
    expect(said(app, one, head)).toEqual({ tidegate: "failure", "tidegate (lax)": "success" });
    expect(await mergeByHand(app, one, number)).toBe(405);
    expect(await app.github.head(one.full_name, "main")).toBe(main);
  });

  test("what fails elsewhere is merged into main, whose rules it keeps", async () => {
    const { app } = stage;
    const one = await guarded(stage, "stricter", {});
    const never = { ".tidegate.yml": "setup: none\ntest: 'false'\n" };
    await app.github.pushCommit(one.full_name, "strict", never, "Let nothing pass");
    const head = await app.github.pushCommit(one.full_name, "change", { "a.txt": "a\n" }, "Change");
    const strict = await app.github.openPull(one.full_name, { head: "change", base: "strict" });
    expect((await settled(app, one, strict.number)).state).toBe("failed");
    const { number } = await app.github.openPull(one.full_name, { head: "change" });
    expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "merged" });
    expect(said(app, one, head)).toEqual({ tidegate: "success", "tidegate (strict)": "failure" });
  });

  test("a pull request whose base is changed to main is green there by main's rules alone", async () => {
    const { app } = stage;
    const one = await guarded(stage, "retargeted", BY_HAND);
    const head = await app.github.pushCommit(one.full_name, "evil", FAILS, "Break it");
    const { number } = await app.github.openPull(one.full_name, { head: "evil", base: "lax" });
    expect((await settled(app, one, number)).state).toBe("passed");
    await asOwner(app, "PATCH", `/repos/${one.full_name}/pulls/${number}`, { base: "main" });
    expect(await mergeByHand(app, one, number)).toBe(405);
    const ofMain = await validationWhere(
      app,
      one,
      number,
      (it) => it.base_ref === "main" && it.state === "failed" && isSettled(it),
    );
    expect(ofMain.head_sha).toBe(head);
    expect(said(app, one, head)).toEqual({ tidegate: "failure", "tidegate (lax)": "success" });
    expect(await mergeByHand(app, one, number)).toBe(405);
  });

  test("a protected branch that requires the check of another one is told which is its own", async () => {
    const { app } = stage;
    const one = await guarded(stage, "wrong-name", {});
    const protection = { strict: false, checks: [{ context: "tidegate", appId: null }] };
    app.github.protect(one.full_name, "lax", { checks: protection, enforceAdmins: true });
    await app.github.pushCommit(one.full_name, "change", { "a.txt": "a\n" }, "Change", { from: "lax" });
    const { number } = await app.github.openPull(one.full_name, { head: "change", base: "lax" });
    expect(await settled(app, one, number)).toMatchObject({
      merge_state: "blocked",
      merge_reasons: [{ code: "missing_checks", message: expect.stringContaining('"tidegate (lax)"') }],
    });
  });

  test("the branch of a default branch's old name has no claim to its check", async () => {
    const { app } = stage;
    const one = await guarded(stage, "renamed", BY_HAND);
    app.github.repository(one.full_name).defaultBranch = "lax";
    const { number, head } = await open(app, one, "change", { "a.txt": "a\n" });
    await settled(app, one, number);
    const old = await app.github.openPull(one.full_name, { head: "change", base: "main" });
    await settled(app, one, old.number);
    expect(said(app, one, head)).toEqual({ "tidegate (lax)": "success", "tidegate (main)": "success" });
  });
});

describe("one commit in two pull requests of one base, the first held for a person", () => {
  let one: Project;
  let held: { number: number; head: string };
  let twin: number;

  beforeEach(async ({ task }) => {
    const { app } = stage;
    one = await guarded(stage, `twins-${task.id.replace(/\W/g, "-")}`, BY_HAND);
    const asks = `${QUICK}analyze:\n  ask_a_person_at: high\n`;
    app.github.protect(one.full_name, "main", null);
    await app.github.pushCommit(one.full_name, "main", { ".tidegate.yml": asks }, "Ask a person");
    held = await open(app, one, "change");
    expect((await settled(app, one, held.number)).hold).toMatchObject({ code: "risk_unknown" });
    await app.github.pushCommit(one.full_name, "main", { ".tidegate.yml": QUICK }, "Ask nobody");
    const checks = { strict: false, checks: [{ context: "tidegate", appId: null }] };
    app.github.protect(one.full_name, "main", { checks, enforceAdmins: true });
    await app.github.setBranch(one.full_name, "twin", held.head);
    twin = (await app.github.openPull(one.full_name, { head: "twin" })).number;
    await settled(app, one, twin);
  });

  const conclusions = () => ourChecks(stage.app, one, held.head).map(({ conclusion }) => conclusion);

  test("neither is green, whatever the second's own rules say, until it is approved", async () => {
    const { app } = stage;
    const second = await settled(app, one, twin);
    expect(second).toMatchObject({ state: "passed", hold: null, twin: { code: "twin_held" } });
    expect(conclusions()).toEqual(["action_required", "action_required"]);
    const [, check] = ourChecks(app, one, held.head);
    expect(check?.output.title).toContain(`#${held.number} is the same commit into main`);
    for (const number of [held.number, twin]) expect(await mergeByHand(app, one, number)).toBe(405);
    const [first] = (await app.api.pull(one.id, held.number)).validations;
    await app.api.approve(first?.id ?? "");
    await eventually("both to be green", () =>
      conclusions().every((conclusion) => conclusion === "success") ? true : null,
    );
    expect(await mergeByHand(app, one, twin)).toBe(200);
  });

  test("the second is green once the first is closed", async () => {
    const { app } = stage;
    await app.github.closePull(one.full_name, held.number);
    await eventually("the second to be green", () => (conclusions()[1] === "success" ? true : null));
    expect(await mergeByHand(app, one, twin)).toBe(200);
  });
});
