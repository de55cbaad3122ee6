/** Walks one user flow in a page of its own and writes down all that went wrong on the way. */
import type { Browser, ElementHandle, KeyInput, Page } from "@cloudflare/puppeteer";
import type { Action, Target } from "../../../models/config.ts";
import { messageOf } from "../../log.ts";

/** How long an element or a text may take to appear, in ms. */
const WAIT_MS = 5_000;
/** How long a page may take to load, in ms. */
const LOAD_MS = 20_000;
/** How long a page stays quiet before a flow is over: errors that come a moment later still count. */
const SETTLE_MS = 300;
const MOST_LINES = 1_000;

export type Walk = {
  /** Which action failed and why; null when all went well. */
  failure: string | null;
  actions: number;
  duration_ms: number;
  /** What the page threw and did not catch. */
  errors: string[];
  /** Requests to its own origin that failed or were answered with 400 or more. */
  failed: string[];
  console: string[];
  network: string[];
  /** Empty where a walk failed and the page could not be seen any more. */
  screenshot: Uint8Array;
};

/** Nobody listens there: a browser may use no port so low. */
const NOWHERE = "http://127.0.0.1:9";

/**
 * @param origin where the app is served; requests elsewhere are noted, not judged
 * @param alone true: its pages reach nothing but the app, whatever they ask for and in whichever window
 */
export async function walk(
  browser: Browser,
  origin: string,
  actions: readonly Action[],
  alone: boolean,
): Promise<Walk> {
  const only = { proxyServer: NOWHERE, proxyBypassList: ["<-loopback>", new URL(origin).host] };
  const context = await browser.createBrowserContext(alone ? only : {});
  const page = await context.newPage();
  try {
    await page.setViewport({ width: 1280, height: 800 });
    const heard = listen(page, origin);
    const started = Date.now();
    let failure: string | null = null;
    let done = 0;
    for (const action of actions) {
      try {
        await act(page, origin, action);
        done += 1;
      } catch (error) {
        failure = `action ${done + 1}, ${describe(action)}: ${messageOf(error)}`;
        break;
      }
    }
    await page.waitForNetworkIdle({ idleTime: SETTLE_MS, timeout: WAIT_MS }).catch(() => undefined);
    const screenshot = await page.screenshot({ type: "png" }).catch((error: unknown) => {
      const failed = failure !== null || heard.errors.length > 0 || heard.failed.length > 0;
      // What failed has failed, also where the page hangs by now: walked once more it may pass, and nobody would know.
      if (failed && browser.connected) return new Uint8Array();
      throw error;
    });
    return { failure, actions: done, duration_ms: Date.now() - started, screenshot, ...heard };
  } finally {
    await context.close().catch(() => undefined);
  }
}

type Heard = Pick<Walk, "errors" | "failed" | "console" | "network">;

function listen(page: Page, origin: string): Heard {
  const heard: Heard = { errors: [], failed: [], console: [], network: [] };
  const note = (list: string[], line: string) => {
    if (list.length < MOST_LINES) list.push(line.slice(0, 2_000));
  };
  const own = (url: string) => url.startsWith(`${origin}/`);
  page.on("pageerror", (error) => {
    note(heard.errors, messageOf(error));
    // The message alone leads whoever mends it to no code.
    if (error instanceof Error && error.stack !== undefined) note(heard.console, error.stack);
  });
  page.on("console", (message) => note(heard.console, `${message.type()}: ${message.text()}`));
  page.on("dialog", (dialog) => {
    note(heard.console, `dialog: ${dialog.message()}`);
    // An open dialog would stop every further action.
    dialog.accept().catch(() => undefined);
  });
  page.on("response", (response) => {
    const line = `${response.status()} ${response.request().method()} ${response.url()}`;
    note(heard.network, line);
    // Browsers ask for /favicon.ico by themselves: an app without one is not broken.
    const asked = !response.url().endsWith("/favicon.ico");
    if (response.status() >= 400 && own(response.url()) && asked) note(heard.failed, line);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    const line = `${why} ${request.method()} ${request.url()}`;
    note(heard.network, line);
    // A navigation cancels what the old page still loads; that is no failure of the app.
    if (own(request.url()) && why !== "net::ERR_ABORTED") note(heard.failed, line);
  });
  return heard;
}

async function act(page: Page, origin: string, action: Action): Promise<void> {
  if ("go" in action) {
    const answer = await page.goto(`${origin}${action.go}`, { waitUntil: "load", timeout: LOAD_MS });
    if (answer !== null && answer.status() >= 400) throw new Error(`the page answered ${answer.status()}`);
    return;
  }
  if ("click" in action) return (await find(page, action.click, ["button", "link"])).click();
  if ("press" in action) return page.keyboard.press(action.press as KeyInput);
  if ("fill" in action) return fill(page, action.fill.into, action.fill.with);
  return expect(page, origin, action.expect);
}

async function fill(page: Page, into: Target, text: string): Promise<void> {
  const field = await find(page, typeof into === "string" ? { label: into } : into, []);
  await field.evaluate((element) => {
    (element as unknown as { value: string }).value = "";
  });
  await field.type(text);
}

async function expect(
  page: Page,
  origin: string,
  wanted: Extract<Action, { expect: unknown }>["expect"],
): Promise<void> {
  if ("url" in wanted) {
    const { url } = wanted;
    const there = async () => page.url() === `${origin}${url}` || page.url() === url;
    return until(there, () => `the address is ${page.url().replace(origin, "")}, expected ${url}`);
  }
  if ("text" in wanted) {
    const { text } = wanted;
    return until(
      async () => (await textOf(page)).includes(text),
      () => `the page does not show "${text}"`,
    );
  }
  if ("no_text" in wanted) {
    const { no_text: text } = wanted;
    return until(
      async () => !(await textOf(page)).includes(text),
      () => `the page still shows "${text}"`,
    );
  }
  await find(page, wanted, []);
}

/** What a person sees: hidden text does not count. */
const textOf = async (page: Page): Promise<string> => String(await page.evaluate("document.body.innerText"));

async function until(there: () => Promise<boolean>, why: () => string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  // A page that is being replaced cannot be read for a moment.
  while (!(await there().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(why());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Finds an element as a person would: by label, role and name, or visible text; by CSS only when asked. */
async function find(page: Page, target: Target, roles: string[]): Promise<ElementHandle> {
  const tried = selectors(target, roles);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    for (const selector of tried) {
      const found = await page.$(selector).catch(() => null);
      if (found !== null && (await found.isVisible().catch(() => false))) return found as ElementHandle;
    }
    if (Date.now() > deadline)
      throw new Error(
        `nothing on the page is ${typeof target === "string" ? `"${target}"` : JSON.stringify(target)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function selectors(target: Target, roles: string[]): string[] {
  const quoted = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  if (typeof target === "string") {
    const named = roles.map((role) => `::-p-aria([name="${quoted(target)}"][role="${role}"])`);
    return [...named, `::-p-aria([name="${quoted(target)}"])`, `::-p-text(${target})`];
  }
  if ("css" in target) return [target.css];
  if ("label" in target) return [`::-p-aria([name="${quoted(target.label)}"])`];
  if ("text" in target) return [`::-p-text(${target.text})`];
  const name = target.name === undefined ? "" : `[name="${quoted(target.name)}"]`;
  return [`::-p-aria(${name}[role="${target.role}"])`];
}

function describe(action: Action): string {
  const [kind, what] = Object.entries(action)[0] ?? ["", ""];
  return `${kind} ${typeof what === "string" ? what : JSON.stringify(what)}`;
}
