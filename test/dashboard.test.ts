/** The dashboard in a real browser, against the whole application. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, type Played } from "../rehearsal/act.ts";
import { agentCommand, EXAMPLES } from "../rehearsal/agent/index.ts";
import { PLAYS, SAMPLE } from "../rehearsal/plays.ts";
import { pinSample } from "../rehearsal/sample.ts";
import { openBrowser, press as pressIn, shows as waitFor } from "./browser.ts";
import { type Project, useApp } from "./machine.ts";

const stage = useApp();
const browsing = {} as { browser: Browser; page: Page; project: Project };
/** What the page threw, or wrote to its console as an error. */
const errors: string[] = [];

beforeAll(async () => {
  const { app } = stage;
  const { id, full_name } = await pinSample(app, app.api, SAMPLE);
  const browser = await openBrowser(app);
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  Object.assign(browsing, { browser, page, project: { id, full_name } });
});

afterAll(() => browsing.browser?.close());

const shows = (text: string, timeout?: number) => waitFor(browsing.page, text, timeout);
const press = (words: string) => pressIn(browsing.page, words);

function play(branch: string): Promise<Played> {
  const found = PLAYS.find((one) => one.branch === branch);
  if (found === undefined) throw new Error(`Cannot find play "${branch}"`);
  return act(stage.app, stage.app.api, browsing.project, found);
}

test("the one-time link signs in once, leaves the address bar, and does not work again", async () => {
  const { browser, page } = browsing;
  const link = await stage.app.link();
  await page.goto(link);
  await shows("Shopping list");
  expect(new URL(page.url()).hash).toBe("");
  const other = await (await browser.createBrowserContext()).newPage();
  await other.goto(link);
  await other.waitForFunction("/new link/.test(document.body.innerText)");
  await other.browserContext().close();
});

test("a pull request appears by itself and is followed to its merge", async () => {
  const { page, project } = browsing;
  await page.goto(`${stage.app.url}/projects/${project.id}`);
  await shows("Pull requests");
  const playing = play("clear-done");
  await shows("Clear what is done");
  const played = await playing;
  expect(played.wrong).toEqual([]);
  await page.goto(`${stage.app.url}/projects/${project.id}/pulls/${played.pull}`);
  await shows("Merged by Tidegate");
  await shows(played.head);
});

test("a broken page is shown with its screenshot, its error, and why it is not merged", async () => {
  const { page, project } = browsing;
  const played = await play("greet");
  await page.goto(`${stage.app.url}/projects/${project.id}/pulls/${played.pull}`);
  await shows("Not merged");
  await shows("greet is not defined");
  await page.waitForSelector("img");
  await page.waitForFunction(
    "[...document.images].every((image) => image.complete && image.naturalWidth > 0)",
  );
});

test("what a risky change may break is shown with its lines, opens by the keyboard, and says who approved it", async () => {
  const { page, project } = browsing;
  const played = await play("tick-surely");
  expect(played.wrong).toEqual([]);
  await page.goto(`${stage.app.url}/projects/${project.id}/pulls/${played.pull}`);
  await shows("What this may break");
  await shows("Risk high");
  await shows("approved by owner");
  await page.focus(".impact-group summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".impact-group[open] a");
  const link = "document.querySelector('.impact-group[open] a').href";
  expect(await page.evaluate(link)).toContain(`/blob/${played.head}/`);
});

test("a goal becomes a merged pull request: its plan is edited and confirmed, and what its agent said and changed is there to read", async () => {
  const { app } = stage;
  const { page, project } = browsing;
  await app.api.saveProject(project.id, { agent: "custom", agent_command: agentCommand() });
  await page.goto(`${app.url}/projects/${project.id}/runs`);
  await press("Start a run");
  await page.waitForSelector("dialog option[value=custom]:checked");
  await page.type("dialog textarea", EXAMPLES.clear);
  await press("Show the prompt");
  await shows("made of the goal");
  await page.keyboard.press("Escape");
  await press("Start");
  await shows("Its plan waits for you");
  await press("Edit");
  await page.type("#plan textarea", "\nName the function `dropBought`.");
  await press("Save as version 2");
  await press("Confirm version 2");
  await shows("Merged: pull request", 150_000);
  await shows("Validated and merged");
  await (await page.waitForSelector("::-p-xpath(//button[span[.='Write']])"))?.click();
  await shows("I am to write");
  await press("Diff");
  await page.waitForFunction(
    "[...document.querySelectorAll('.diff-added')].some((line) => line.innerText.includes('dropBought'))",
  );
  expect((await app.api.runs(project.id)).map((run) => [run.phase, run.plan_version])).toEqual([
    ["completed", 2],
  ]);
  const main = await app.github.git(project.full_name, "show", "HEAD:list.mjs");
  expect(main).toContain("export function dropBought(items)");
});

test.each([
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [390, "dark"],
])("every screen fits %i pixels in %s", async (width, scheme) => {
  const { page, project } = browsing;
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const own = `/projects/${project.id}`;
  const [run] = await stage.app.api.runs(project.id);
  for (const path of [
    "/",
    own,
    `${own}/settings`,
    `${own}/pulls/1`,
    `${own}/runs`,
    `${own}/runs/${run?.id}`,
  ]) {
    await page.goto(stage.app.url + path);
    await page.waitForSelector("h1");
    const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(over), path).toBe(0);
  }
});

test("no screen threw, or broke its own content security policy", () => {
  // The second use of the link is refused with 401, which browsers report as an error of their own.
  expect(errors.filter((error) => !error.includes("401"))).toEqual([]);
});
