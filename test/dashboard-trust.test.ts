/** What a gate must say on the dashboard: whose turn it is, what holds it, and who decides; in a real browser. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Validation } from "../models/validation.ts";
import { openBrowser, press as pressIn, shows as waitFor } from "./browser.ts";
import {
  eventually,
  isSettled,
  merges,
  open,
  PASSES,
  type Project,
  project,
  rows,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const browsing = {} as { browser: Browser; page: Page };
const errors: string[] = [];

/** Fails at first, and passes when it is run again in the same sandbox. */
const FLAKY = {
  ".tidegate.yml": "setup: none\ntest: { run: node --test, reruns: 1 }\n",
  "toast.test.mjs": `import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { test } from "node:test";
test("shows the toast", () => {
  const seen = existsSync("seen");
  writeFileSync("seen", "");
  assert.ok(seen);
});
`,
};

beforeAll(async () => {
  const browser = await openBrowser(stage.app);
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(await stage.app.link());
  await waitFor(page, "Projects");
  Object.assign(browsing, { browser, page });
});

afterAll(() => browsing.browser?.close());

const shows = (text: string) => waitFor(browsing.page, text);
const press = (words: string) => pressIn(browsing.page, words);
const go = (path: string) => browsing.page.goto(stage.app.url + path);

const isMerged = ({ merge_state }: Validation): boolean => merge_state === "merged";

/** Types in the place of what stands in a field. */
async function retype(field: string, text: string): Promise<void> {
  await (await browsing.page.waitForSelector(field))?.click({ count: 3 });
  await browsing.page.keyboard.type(text);
}

/** Presses a key on the row of this pull request. */
async function key(number: number, letter: string): Promise<void> {
  const { page } = browsing;
  await page.focus(`.row a[href$="/pulls/${number}"]`);
  await page.keyboard.press(letter as "t");
}

/** Waits until the places of the queue are these, by number. */
async function places(...numbers: number[]): Promise<void> {
  const found = `[...document.querySelectorAll("ol.rows .name .number")].map((one) => one.innerText).join()`;
  await browsing.page.waitForFunction(`${found} === "${numbers.map((one) => `#${one}`).join()}"`);
}

/** One that passed and stands in the queue, where a person holds it. */
async function held(one: Project, branch: string): Promise<number> {
  const { app } = stage;
  const { number } = await open(app, one, branch);
  await eventually("the hold", async () => {
    await app.api.inQueue(one.id, number, "hold").catch(() => undefined);
    return (await app.api.pull(one.id, number).catch(() => null))?.held_by ?? null;
  });
  await validationWhere(app, one, number, ({ merge_state }) => merge_state === "queued");
  return number;
}

test("a queue is followed live, and its order, holds and ends are a person's by the keyboard", async () => {
  const { app } = stage;
  const one = await project(app, "turns", { "test.sh": `sleep 1; ${PASSES}` });
  await go(`/projects/${one.id}/queue`);
  await shows("Nothing waits to be merged");
  const first = await held(one, "first");
  const second = await held(one, "second");
  await places(first, second);
  await shows("Held by owner");
  await key(second, "t");
  await places(second, first);
  await key(first, "x");
  await places(second);
  await shows("owner took it out of the merge queue");
  await key(second, "h");
  await validationWhere(app, one, second, isMerged);
  await shows("Nothing waits to be merged into main");
  await key(first, "h");
  await press(`Add to the queue #${first}`);
  await validationWhere(app, one, first, isMerged);
  await shows("Nothing waits to be merged");
});

test("a paused project says by whom and begins nothing, until somebody resumes it there", async () => {
  const { app } = stage;
  const { page } = browsing;
  const one = await project(app, "pausing");
  await go(`/projects/${one.id}`);
  await press("Pause");
  await shows("Paused by owner");
  const { number } = await open(app, one, "waits");
  const waiting = await validationWhere(app, one, number, ({ waits }) => waits?.code === "paused");
  await go(`/projects/${one.id}/pulls/${number}`);
  await shows("Not merged");
  await page.waitForSelector(".unmet .owner");
  expect(waiting.started_at).toBeNull();
  await press("Resume");
  await shows("Merged by Tidegate");
  expect(await page.$(".note.tone-warn")).toBeNull();
});

test("a dry run is turned on in the settings, and says what would be merged", async () => {
  const { app } = stage;
  const one = await project(app, "rehearsing");
  await go(`/projects/${one.id}/settings`);
  await (await browsing.page.waitForSelector("::-p-xpath(//button[span[.='Dry run']])"))?.click();
  await press("Save settings");
  await shows("nothing is merged.");
  const { number } = await open(app, one, "would");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "rehearsed" });
  await go(`/projects/${one.id}/pulls/${number}`);
  await shows("Validated, would be merged");
  expect(merges(app, one, number)).toEqual([]);
});

test("the commit of a fork waits with its sha, runs once a person lets it, and is merged once one approves", async () => {
  const { app } = stage;
  const one = await project(app, "open-source");
  app.github.createUser("carol");
  const fork = await app.github.fork(one.full_name, "carol");
  const head = await app.github.pushCommit(`carol/${fork.name}`, "fix", { "a.txt": "a\n" }, "Mine");
  const { number } = await app.github.openPull(one.full_name, { head: "carol:fix", title: "Mine" });
  await validationWhere(app, one, number, ({ waits }) => waits?.code === "fork_needs_approval");
  await go(`/projects/${one.id}/pulls/${number}`);
  await shows(`exactly ${head}`);
  await press(`Let ${head.slice(0, 7)} be validated`);
  await shows("none of the project's secrets");
  await pressIn(browsing.page, `Let ${head.slice(0, 7)} be validated`, "//dialog");
  await shows("let run by owner");
  await validationWhere(app, one, number, ({ hold }) => hold?.code === "fork");
  await press("Approve the merge");
  await pressIn(browsing.page, "Approve the merge", "//dialog");
  await shows("Merged by Tidegate");
  expect(await settled(app, one, number)).toMatchObject({ allowed_by: "owner", approved_by: "owner" });
});

test("a flaky test is named with both results, and is quarantined from there", async () => {
  const { app } = stage;
  const { page } = browsing;
  const one = await project(app, "toasts", FLAKY);
  const { number } = await open(app, one, "slow");
  const flaky = await validationWhere(app, one, number, (it) => it.state === "passed_flaky" && isSettled(it));
  expect(flaky).toMatchObject({ merge_state: "blocked", flaky: { tests: ["shows the toast"] } });
  await go(`/projects/${one.id}/pulls/${number}`);
  await shows("1 test failed and then passed at this very commit");
  await (await page.waitForSelector("::-p-xpath(//button[span[.='Test']])"))?.click();
  await shows("First run");
  await press("Quarantine shows the toast");
  await page.type("::-p-xpath(//label[.='Owner']/following-sibling::input)", "mira");
  await page.type("::-p-xpath(//label[.='Reason']/following-sibling::input)", "A race");
  await pressIn(page, "Quarantine", "//dialog");
  await shows("on the list now");
  await go(`/projects/${one.id}/quarantine`);
  await shows("mended by mira");
  await rows(app, "UPDATE quarantine SET expires_at = 5 WHERE project_id = ?", one.id);
  // Somebody comes back to the page.
  await page.evaluate(`dispatchEvent(new Event("focus"))`);
  await shows("Expired");
  await press("Renew shows the toast");
  await pressIn(page, "Renew", "//dialog");
  await shows("Quarantined");
  expect(await app.api.quarantine(one.id)).toMatchObject([{ owner: "mira", expired: false }]);
  const { head_sha } = flaky;
  await go(`/projects/${one.id}/pulls/${number}`);
  await press(`Validate ${head_sha.slice(0, 7)} again`);
  await shows("Merged by Tidegate");
  await go(`/projects/${one.id}/quarantine`);
  await press("Take off shows the toast");
  await press("Take it off");
  await shows("No test is quarantined");
});

test("the audit names who did what", async () => {
  const { app } = stage;
  const { page } = browsing;
  const all = await app.api.projects();
  const one = all.find(({ full_name }) => full_name.endsWith("/turns"));
  const id = one?.id ?? "";
  await go(`/projects/${id}/audit`);
  await shows("by owner");
  await shows("by tidegate");
  await page.select("search select", "person");
  await page.waitForFunction(
    `document.querySelector("ol.rows")?.innerText.includes("by tidegate") === false`,
  );
  await page.type("search input", "2");
  await page.waitForFunction(`document.querySelector("ol.rows")?.innerText.includes("#1") === false`);
  const said = await app.api.audit(id, { kind: "person", pull: 2 }, 500);
  expect(await page.$$eval("ol.rows > li", (all) => all.length)).toBe(said.length);
  expect(new Set(said.map(({ action }) => action))).toEqual(
    new Set(["queue.hold", "queue.jump", "queue.release"]),
  );
  // The address says what is asked for, so that it can be given to somebody.
  await page.reload();
  await page.waitForFunction(`document.querySelectorAll("ol.rows > li").length === ${said.length}`);
});

test("a folder of a repository is pinned as a project of its own, and named in its settings", async () => {
  const { app } = stage;
  const { page } = browsing;
  const [one] = await app.api.projects();
  await go("/");
  await press("Pin a repository");
  // The dialog grows when the list is there: a click before could miss.
  await page.waitForSelector(".repositories");
  await page.focus("dialog summary");
  await page.keyboard.press("Enter");
  const folder = "::-p-xpath(//label[.='Folder']/following-sibling::input)";
  await page.type(folder, "../elsewhere");
  await press(`Pin the folder ${one?.full_name}`);
  await shows("must be a folder inside the repository");
  await retype(folder, "packages/shop/");
  await press(`Pin the folder ${one?.full_name}`);
  await shows(`${one?.full_name}/packages/shop`);
  const pinned = (await app.api.projects()).find(({ path }) => path === "packages/shop");
  expect(pinned).toMatchObject({ full_name: one?.full_name, name: `${one?.full_name}/packages/shop` });
  await go(`/projects/${pinned?.id}/settings`);
  await retype(folder, "packages/till");
  await press("Save settings");
  await shows("Saved");
  expect((await app.api.project(pinned?.id ?? "")).path).toBe("packages/till");
});

test.each([
  [1280, "light"],
  [1280, "dark"],
  [400, "light"],
  [400, "dark"],
])("every screen of trust fits %i pixels in %s", async (width, scheme) => {
  const { page } = browsing;
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  for (const { id } of await stage.app.api.projects()) {
    const pulls = (await stage.app.api.pulls(id)).map(({ number }) => `pulls/${number}`);
    for (const path of ["queue", "quarantine", "audit", ...pulls]) {
      await go(`/projects/${id}/${path}`);
      await page.waitForSelector("h1");
      const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(over), path).toBe(0);
    }
  }
});

test("no screen threw", () => {
  // A browser reports what is refused as an error of its own: there is no attestation, a folder is none.
  expect(errors.filter((error) => !/4(0[49]|22)/.test(error))).toEqual([]);
});
