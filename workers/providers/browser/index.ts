/** A real browser, driven through the browser binding. */
import puppeteer, { type Browser } from "@cloudflare/puppeteer";
import { messageOf } from "../../log.ts";

/** No browser could be had: the machinery's fault, never the change's. */
export class BrowserError extends Error {}

/** Opens a browser, gives it to `use`, and closes it whatever happens. */
export async function withBrowser<T>(env: Env, use: (browser: Browser) => Promise<T>): Promise<T> {
  let browser: Browser;
  try {
    browser = await puppeteer.launch(env.BROWSER as unknown as Fetcher);
  } catch (error) {
    throw new BrowserError(`Cannot start a browser: ${messageOf(error)}`);
  }
  try {
    return await use(browser);
  } finally {
    await browser.close().catch(() => undefined);
  }
}
