/** A real browser, and what a person does in it. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { App } from "./machine.ts";

export function openBrowser(app: App): Promise<Browser> {
  return puppeteer.launch({
    executablePath: app.chrome.starter,
    args: ["--disable-background-networking", "--disable-sync"],
  });
}

/** Waits until the page says this. */
export async function shows(page: Page, text: string, timeout = 60_000): Promise<void> {
  const there = `document.body.innerText.includes(${JSON.stringify(text)})`;
  await page.waitForFunction(there, { timeout }).catch(async (error: Error) => {
    const says = await page.evaluate("document.body.innerText");
    throw new Error(`Cannot see "${text}" (${error.message}). ${page.url()} says:\n${says}`);
  });
}

/** Presses the button with these words, once it is there and can be pressed; `inside` is a path of elements to it. */
export async function press(page: Page, words: string, inside = ""): Promise<void> {
  const button = `::-p-xpath(${inside}//button[normalize-space()=${JSON.stringify(words)}][not(@disabled)])`;
  await (await page.waitForSelector(button))?.click();
}
