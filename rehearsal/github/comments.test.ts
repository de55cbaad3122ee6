/** What Tidegate reads and writes of what people say (workers/providers/github/comments.ts) on this GitHub. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  canWrite,
  labelledBy,
  PERMISSIONS,
  permissionOf,
  react,
  readComment,
  readIssue,
  upsertComment,
} from "../../workers/providers/github/comments.ts";
import { GitHubRefusal } from "../../workers/providers/github/refusal.ts";
import type { Vars } from "../../workers/vars.ts";
import { client, type Shop, startShop } from "./github.fixture.ts";
import type { Role } from "./index.ts";

const SHOP = "alice/shop";
const MARKER = "<!-- tidegate:run:1 -->";

let shop: Shop;
let number: number;
let installation_id: number;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
  // The App signs in with the time of this machine.
  shop.clock.ms = Date.now();
  installation_id = shop.github.install(SHOP).id;
  number = (await shop.github.openIssue(SHOP, { title: "Milk", body: "Add it", by: "carol" })).number;
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

/** As the App, and as Bob with a token of his own. */
const asApp = (): Vars =>
  ({
    GITHUB_API_URL: shop.github.apiUrl,
    GITHUB_TOKEN: null,
    GITHUB_APP_ID: String(shop.github.app.id),
    GITHUB_APP_PRIVATE_KEY: shop.github.app.privateKey,
  }) as Vars;
const asBob = (): Vars =>
  ({ GITHUB_API_URL: shop.github.apiUrl, GITHUB_TOKEN: shop.bob.token, GITHUB_APP_ID: null }) as Vars;
const repo = () => ({ full_name: SHOP, installation_id });
const bodies = () => shop.github.issue(SHOP, number).comments.map(({ body }) => body);

describe("upsertComment()", () => {
  const say = (vars: Vars, body: string, marker = MARKER) =>
    upsertComment(vars, repo(), { number, marker, body });

  test.each([
    ["the App's", asApp, "tidegate[bot]"],
    ["a person's", asBob, "bob"],
  ])("keeps one comment of %s current", async (_, vars, login) => {
    const id = await say(vars(), "Planning");
    expect(await say(vars(), "Passed")).toBe(id);
    expect(bodies()).toEqual([`${MARKER}\nPassed`]);
    expect((await readComment(vars(), repo(), id))?.login).toBe(login);
    expect(await say(vars(), "Another", "<!-- tidegate:run:2 -->")).not.toBe(id);
  });

  test("writes nothing when nothing is new", async () => {
    await say(asApp(), "Passed");
    await say(asApp(), "Passed");
    expect(shop.github.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  test.each([
    ["the App", asApp],
    ["a person", asBob],
  ])("never changes what somebody else wrote under our marker, as %s", async (_, vars) => {
    const forged = shop.github.comment(SHOP, number, `${MARKER} forged`, "carol");
    const other = client(
      shop.github,
      shop.github.installationToken(SHOP, installed(shop.github.createApp("other"))),
    );
    await other.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...{ owner: "alice", repo: "shop", issue_number: number },
      body: `${MARKER} of another App`,
    });
    const id = await say(vars(), "Passed");
    expect(id).not.toBe(forged.id);
    expect(bodies()).toEqual([`${MARKER} forged`, `${MARKER} of another App`, `${MARKER}\nPassed`]);
  });

  test("a marker that it quotes does not make its comment another's", async () => {
    const id = await say(asApp(), "The plan: <!-- tidegate:run:2 -->");
    expect(await say(asApp(), "Another", "<!-- tidegate:run:2 -->")).not.toBe(id);
  });

  test("finds its own behind a hundred others", async () => {
    for (let nth = 0; nth < 100; nth++) shop.github.comment(SHOP, number, `Comment ${nth}`);
    const id = await say(asApp(), "Planning");
    expect(await say(asApp(), "Passed")).toBe(id);
    expect(bodies().at(-1)).toBe(`${MARKER}\nPassed`);
  });

  test("two who write at the same time leave one comment, and both know which", async () => {
    // Both have read that there is none before either writes.
    const together = Promise.withResolvers<void>();
    let readers = 0;
    shop.github.faults.add({
      match: "GET /repos/*/*/issues/*/comments",
      times: 2,
      before: () => {
        readers += 1;
        if (readers === 2) together.resolve();
        return together.promise;
      },
    });
    const ids = await Promise.all([say(asApp(), "Passed"), say(asApp(), "Passed")]);
    expect(new Set(ids).size).toBe(1);
    expect(bodies()).toEqual([`${MARKER}\nPassed`]);
  });

  test.each([403, 404, 410])("that may not be read is refused with %i", async (status) => {
    const message = "This issue was deleted";
    const match = "GET /repos/*/*/issues/*/comments";
    shop.github.faults.add({ match, before: async () => Response.json({ message }, { status }) });
    await expect(say(asApp(), "Passed")).rejects.toBeInstanceOf(GitHubRefusal);
  });

  test.each([
    ["made", "POST /repos/**"],
    ["changed", "PATCH /repos/**"],
  ])("that may not be %s is refused in GitHub's words", async (how, match) => {
    if (how === "changed") await say(asApp(), "Planning");
    const message = "Unable to create comment because issue is locked";
    shop.github.faults.add({ match, before: async () => Response.json({ message }, { status: 403 }) });
    const refused = say(asApp(), "Passed");
    await expect(refused).rejects.toThrow(`#${number}: GitHub answered 403: ${message}`);
    await expect(refused).rejects.toBeInstanceOf(GitHubRefusal);
  });

  test("cuts what GitHub would refuse", async () => {
    await say(asApp(), "x".repeat(70_000));
    expect(bodies()[0]).toMatch(new RegExp(`^${MARKER}\nx+$`));
  });
});

/** An App that is on the shop too. */
function installed(app: Parameters<typeof shop.github.install>[1]) {
  shop.github.install(SHOP, app);
  return app;
}

describe("readComment() and readIssue()", () => {
  test("tell an issue from a pull request", async () => {
    await shop.github.pushCommit(SHOP, "feature", { "a.txt": "a" }, "Add a");
    const pull = await shop.github.openPull(SHOP, { head: "feature", title: "Add a" });
    await shop.github.label(SHOP, pull.number, "big");
    const on = (place: number) => shop.github.comment(SHOP, place, "Hello", "carol").id;
    expect(await readComment(asApp(), repo(), on(number))).toEqual({
      ...{ body: "Hello", login: "carol", user_type: "User", app_id: null, number, is_pull: false },
      created_at: new Date(shop.clock.ms).toISOString().replace(/\.\d+/, ""),
    });
    expect(await readComment(asApp(), repo(), on(pull.number))).toMatchObject({
      ...{ number: pull.number, is_pull: true },
    });
    const issue = { title: "Milk", body: "Add it", author: "carol", state: "open", labels: [] };
    expect(await readIssue(asApp(), repo(), number)).toEqual({ ...issue, is_pull: false });
    const change = { title: "Add a", body: "", author: "alice", state: "open", labels: ["big"] };
    expect(await readIssue(asApp(), repo(), pull.number)).toEqual({ ...change, is_pull: true });
  });

  test("say which App wrote a comment", async () => {
    const id = await upsertComment(asApp(), repo(), { number, marker: MARKER, body: "x" });
    expect(await readComment(asApp(), repo(), id)).toMatchObject({
      ...{ user_type: "Bot", app_id: shop.github.app.id },
    });
  });

  test("are null for what is not there", async () => {
    expect(await readComment(asApp(), repo(), 1)).toBeNull();
    expect(await readIssue(asApp(), repo(), 999)).toBeNull();
  });
});

describe("react()", () => {
  test("gives a sign once", async () => {
    const { id, reactions } = shop.github.comment(SHOP, number, "Hello");
    await react(asApp(), repo(), id, "eyes");
    await react(asApp(), repo(), id, "eyes");
    expect(reactions.map(({ content, user }) => [content, user.login])).toEqual([["eyes", "tidegate[bot]"]]);
  });

  test("that fails is no error", async () => {
    await react(asApp(), repo(), 1, "confused");
    shop.github.faults.failBefore("POST /repos/**", 500);
    await react(asApp(), repo(), shop.github.comment(SHOP, number, "Hello").id, "confused");
  });
});

describe("permissionOf()", () => {
  const roles = PERMISSIONS.filter((role) => role !== "none");
  test.each(roles)("reads the role %s, whatever the older word for it is", async (role) => {
    shop.github.setRole(SHOP, "carol", role);
    expect(await permissionOf(asApp(), repo(), "carol")).toBe(role);
  });

  test.each<[string, Role | null, string, string]>([
    ["the owner", null, "alice", "admin"],
    ["a stranger on a public repository", null, "carol", "read"],
    ["nobody", null, "nobody-at-all", "none"],
  ])("of %s", async (_, __, login, expected) => {
    expect(await permissionOf(asApp(), repo(), login)).toBe(expected);
  });

  test("of a stranger on a private repository is none", async () => {
    shop.github.repository(SHOP).private = true;
    expect(await permissionOf(asApp(), repo(), "carol")).toBe("none");
  });

  test.each([
    [{ permission: "write", role_name: "release-manager" }, "write"],
    [{ permission: "write" }, "write"],
    [{ permission: "admin", role_name: "admin" }, "admin"],
    [{ permission: "mystery", role_name: "mystery" }, "none"],
  ])("of %j is %s", async (answer, expected) => {
    shop.github.faults.add({
      match: "GET /repos/alice/shop/collaborators/bob/permission",
      before: async () => Response.json({ user: null, ...answer }),
    });
    expect(await permissionOf(asApp(), repo(), "bob")).toBe(expected);
  });

  test("write, maintain and admin may write", () => {
    expect(PERMISSIONS.filter(canWrite)).toEqual(["write", "maintain", "admin"]);
  });
});

describe("labelledBy()", () => {
  const who = async () => (await labelledBy(asApp(), repo(), number, "tidegate"))?.login ?? null;

  test("names who set the label last, by an event of its own", async () => {
    expect(await who()).toBeNull();
    await shop.github.label(SHOP, number, "tidegate", "bob");
    const first = await labelledBy(asApp(), repo(), number, "tidegate");
    await shop.github.unlabel(SHOP, number, "tidegate", "bob");
    expect(await who()).toBeNull();
    await shop.github.label(SHOP, number, "Tidegate", "alice");
    const second = await labelledBy(asApp(), repo(), number, "tidegate");
    expect([first?.login, second?.login]).toEqual(["bob", "alice"]);
    expect(second?.event_id).not.toBe(first?.event_id);
  });

  test("finds it on whichever page it is, other labels around it", async () => {
    await shop.github.label(SHOP, number, "tidegate", "bob");
    for (let nth = 0; nth < 130; nth++) await shop.github.label(SHOP, number, `l${nth}`);
    expect(await who()).toBe("bob");
    await shop.github.unlabel(SHOP, number, "tidegate", "bob");
    expect(await who()).toBeNull();
    await shop.github.label(SHOP, number, "tidegate", "carol");
    expect(await who()).toBe("carol");
  });
});
