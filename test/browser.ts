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
export const shows = (page: Page, text: string, timeout = 60_000) =>
  page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout });

/** Presses the button with these words, once it is there and can be pressed. */
export async function press(page: Page, words: string): Promise<void> {
  const button = `::-p-xpath(//button[normalize-space()=${JSON.stringify(words)}][not(@disabled)])`;
  await (await page.waitForSelector(button))?.click();
}
