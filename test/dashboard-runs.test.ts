/** Runs on the dashboard, in a real browser: pictures of a goal, a plan that two answer, an agent that says much. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, HTTPRequest, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LogPiece } from "../models/api.ts";
import { openBrowser, press, shows } from "./browser.ts";
import { eventually, type Project, project, useApp } from "./machine.ts";
import { AGENT, runWhere } from "./runs.ts";

const stage = useApp();
const browsing = {} as { browser: Browser; page: Page };
const folder = mkdtempSync(join(tmpdir(), "tidegate-pictures-"));

/** A red dot. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";

beforeAll(async () => {
  const browser = await openBrowser(stage.app);
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(await stage.app.link());
  await shows(page, "Projects");
  Object.assign(browsing, { browser, page });
});

afterAll(async () => {
  await browsing.browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const runPage = ({ id }: Project, run: string) => `${stage.app.url}/projects/${id}/runs/${run}`;

/** Drops files of this disk in the middle of what `selector` names, as a file manager does. */
async function drop(page: Page, selector: string, files: string[]): Promise<void> {
  const box = await (await page.waitForSelector(selector))?.boundingBox();
  if (box === null || box === undefined) throw new Error(`Cannot drop on "${selector}": it is not drawn`);
  const session = await page.createCDPSession();
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { ...place, type, data });
  await session.detach();
}

/** Puts a picture into the clipboard and pastes it where the cursor is. */
async function pastePicture(page: Page): Promise<void> {
  await page.bringToFront();
  // As a string: what browsers know of clipboards is no type of Node.
  await page.evaluate(`navigator.clipboard.write([new ClipboardItem({
    "image/png": new Blob([Uint8Array.from(atob("${PNG}"), (letter) => letter.charCodeAt(0))], { type: "image/png" }),
  })])`);
  await page.keyboard.down("Control");
  await page.keyboard.press("v", { commands: ["Paste"] });
  await page.keyboard.up("Control");
}

test("pictures that are dropped on the form of a run, or pasted into it, are there for the agent", async () => {
  const { app } = stage;
  const { browser, page } = browsing;
  const agent_command = 'echo "$(ls "$HOME/.tidegate/images" | wc -l) pictures"';
  const one = await project(app, "pictures", {}, { ...AGENT, agent_command });
  const [dot, words] = [join(folder, "dot.png"), join(folder, "words.txt")];
  writeFileSync(dot, Buffer.from(PNG, "base64"));
  writeFileSync(words, "no picture");
  await browser.defaultBrowserContext().overridePermissions(app.url, ["clipboard-sanitized-write"]);
  await page.goto(`${app.url}/projects/${one.id}/runs`);
  await press(page, "Start a run");
  await page.waitForSelector("dialog option[value=custom]:checked");
  await page.type("dialog textarea", "Make it look like this");
  await drop(page, "dialog textarea", [dot, words]);
  await page.waitForSelector("dialog img[alt='dot.png']");
  expect(await page.$eval("dialog [role=alert]", (alert) => alert.textContent)).toContain("words.txt");
  await page.focus("dialog textarea");
  await pastePicture(page);
  await page.waitForFunction("document.querySelectorAll('dialog .thumbs img').length === 2");
  expect(await page.$eval("dialog textarea", (goal) => goal.value)).toBe("Make it look like this");
  await press(page, "Start");
  await shows(page, "2 pictures");
  const [run] = await app.api.runs(one.id);
  expect(run?.images).toHaveLength(2);
  if (run !== undefined) await app.api.stopRun(run.id);
});

/** Holds the next answer to a plan that a page sends; what comes back lets it go. */
async function holdAnswer(page: Page): Promise<{ sent: Promise<unknown>; go: () => Promise<void> }> {
  await page.setRequestInterception(true);
  const held = Promise.withResolvers<HTTPRequest>();
  const hold = (request: HTTPRequest): void => {
    if (request.method() === "POST" && request.url().endsWith("/plan")) held.resolve(request);
    else void request.continue();
  };
  page.on("request", hold);
  const go = async (): Promise<void> => {
    await (await held.promise).continue();
    page.off("request", hold);
    await page.setRequestInterception(false);
  };
  return { sent: held.promise, go };
}

test("of two who answer one plan the later is told, and sees what is true", async () => {
  const { app } = stage;
  const { browser, page } = browsing;
  const agent_command = "echo 'Write hello'";
  const one = await project(app, "two-tabs", {}, { ...AGENT, agent_command });
  const { id } = await app.api.startRun(one.id, { target_text: "Greet" });
  await runWhere(app, id, (run) => run.phase === "awaiting_confirmation");
  const other = await browser.newPage();
  for (const tab of [page, other]) {
    await tab.bringToFront();
    await tab.goto(runPage(one, id));
    await shows(tab, "Its plan waits for you");
  }
  const stale = await holdAnswer(other);
  await press(other, "Confirm version 1");
  await stale.sent;
  await app.api.answerPlan(id, { answer: "edit", version: 1, text: "Write hallo" });
  await stale.go();
  await other.waitForSelector("#plan [role=alert]");
  expect(await other.$eval("#plan [role=alert]", (alert) => alert.textContent)).toMatch(/version/i);
  await shows(other, "Version 2 is newer");
  await press(other, "Show version 2");
  await shows(other, "Write hallo");
  await press(other, "Edit");
  await app.api.answerPlan(id, { answer: "edit", version: 2, text: "Write hoi" });
  await shows(other, "Will be saved as version 4");
  await press(other, "Back");
  await press(other, "Show version 3");
  await shows(other, "Write hoi");
  await press(other, "Ask for another");
  await other.type("#plan textarea", "In Dutch, please");
  const late = await holdAnswer(other);
  await press(other, "Ask for another plan");
  await late.sent;
  await page.bringToFront();
  await press(page, "Show version 3");
  await press(page, "Confirm version 3");
  await runWhere(app, id, (run) => run.plan_version === 3);
  await late.go();
  await other.bringToFront();
  await other.waitForSelector("#plan [role=alert]");
  await shows(other, "Version 3 was confirmed meanwhile. What you typed cannot be sent any more.");
  expect((await app.api.run(id)).plans).toHaveLength(3);
  await other.close();
  await app.api.stopRun(id);
});

/** Opens a row of what happened, so that it stays open whatever happens next. */
async function openRow(page: Page, name: string): Promise<void> {
  const row = await page.waitForSelector(`::-p-xpath(//button[span[.='${name}']])`);
  // One that is open by itself closes by itself.
  if (await row?.evaluate((button) => button.ariaExpanded === "true")) await row?.click();
  await row?.click();
}

/** Much, then a pause in which somebody may look, then the end. */
const LOUD = `
echo 'The first words'
yes 'and so on and so on' | head -c 900000
sleep 8
echo 'The last words'
echo '::tidegate {"kind":"answer","text":"Write hello"}'
`;

test("of an agent that says much the end is read, and all of it when somebody asks", async () => {
  const { app } = stage;
  const { page } = browsing;
  const one = await project(app, "loud", {}, { ...AGENT, agent_command: LOUD });
  const { id } = await app.api.startRun(one.id, { target_text: "Greet" });
  await eventually("the noise", async () => {
    const said = await app.api.turnLog(id, 1, -100).catch(() => null);
    return (said?.next ?? 0) > 900_000 ? true : null;
  });
  const pieces: LogPiece[] = [];
  page.on("response", (response) => {
    // What a page asked for that was left has no body any more.
    const take = (body: unknown): void => void pieces.push(LogPiece.parse(body));
    if (response.url().includes("/turns/1/log")) response.json().then(take, () => {});
  });
  const first = () => Math.min(...pieces.map(({ from }) => from));
  // A page behind another is not drawn.
  await page.bringToFront();
  await page.goto(runPage(one, id));
  await openRow(page, "Plan");
  await shows(page, "The last words");
  expect(await page.evaluate("document.body.innerText.includes('The first words')")).toBe(false);
  expect(first()).toBeGreaterThan(600_000);
  await press(page, "Show what came before");
  await shows(page, "The first words");
  expect(first()).toBe(0);
  expect(await page.$$("::-p-xpath(//button[.='Show what came before'])")).toEqual([]);
  await app.api.stopRun(id);
});

/**
 * What is drawn badly of the rows at the width of a phone: pixels of page below what is seen, reasons that the line
 * between rows runs through, and times that are broken.
 */
async function drawnNarrow(page: Page): Promise<unknown> {
  await page.setViewport({ width: 400, height: 300 });
  const drawn = await page.evaluate(`(() => {
    const textOf = (element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return [...range.getClientRects()];
    };
    const all = (selector) => [...document.querySelectorAll(selector)];
    const line = (row) => row.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(row, "::after").left) + 2;
    const lineAt = line(document.querySelector(".step:not(:last-child)"));
    const seen = Math.ceil(document.querySelector("#app").getBoundingClientRect().bottom + scrollY);
    return {
      beyond: Math.max(0, document.documentElement.scrollHeight - seen),
      struck: all(".step-reason").filter((reason) => textOf(reason).some(({ left }) => left < lineAt)).length,
      broken: all(".step-time").filter((time) => new Set(textOf(time).map(({ top }) => top)).size > 1).length,
    };
  })()`);
  await page.setViewport({ width: 1280, height: 900 });
  return drawn;
}

test("whoever comes later sees that they are waited for, and approves where the run says so", async () => {
  const { app } = stage;
  const { page } = browsing;
  const agent_command = '[ "$TIDEGATE_PURPOSE" = plan ] && { echo "a plan"; exit 0; }\necho Obey > CLAUDE.md';
  const one = await project(app, "steered", {}, { ...AGENT, agent_command });
  const { id } = await app.api.startRun(one.id, { target_text: "Steer", auto_confirm: true });
  const held = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(held.reason?.code).toBe("merge_held");
  const plan = await app.api.startRun(one.id, { target_text: "Greet" });
  await runWhere(app, plan.id, ({ phase }) => phase === "awaiting_confirmation");
  await page.bringToFront();
  await page.goto(app.url);
  await shows(page, "2 wait for you");
  await (await page.waitForSelector(`a[href="/projects/${one.id}/runs"]`))?.click();
  await page.waitForFunction("document.querySelector('.tabs .waits')?.textContent.startsWith('2')");
  await app.api.stopRun(plan.id);
  await page.waitForFunction("document.querySelector('.tabs .waits')?.textContent.startsWith('1')");
  await page.goto(runPage(one, id));
  await shows(page, "its merge waits for a person");
  await page.waitForSelector(`a[href^="/projects/${one.id}/pulls/${held.pr_number}?v="]`);
  expect(await drawnNarrow(page)).toEqual({ beyond: 0, struck: 0, broken: 0 });
  await press(page, "Approve the merge");
  await page.waitForSelector("dialog[open]");
  await (await page.waitForSelector("::-p-xpath(//dialog//button[.='Approve the merge'])"))?.click();
  await shows(page, `Merged: pull request #${held.pr_number}`);
  expect(await app.api.projectCard(one.id)).toMatchObject({ waiting: { runs: 0, merges: 0 } });
});
