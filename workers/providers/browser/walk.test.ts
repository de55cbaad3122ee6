/** What failed in a page that cannot be pictured any more has failed; of a browser that is gone nobody knows. */
import type { Browser } from "@cloudflare/puppeteer";
import { expect, test } from "vitest";
import { walk } from "./walk.ts";

/** A browser whose page answers with this status, and hangs when a picture is taken. */
function hanging(status: number, connected: boolean): Browser {
  const page = {
    setViewport: async () => undefined,
    on: () => undefined,
    goto: async () => ({ status: () => status }),
    waitForNetworkIdle: async () => undefined,
    screenshot: async () => {
      throw new Error("Page.captureScreenshot timed out");
    },
  };
  const context = { newPage: async () => page, close: async () => undefined };
  return { connected, createBrowserContext: async () => context } as unknown as Browser;
}

const walked = (browser: Browser) => walk(browser, "http://app.test", [{ go: "/" }], false);

test("a walk that failed is told although the page hangs", async () => {
  const { failure, screenshot } = await walked(hanging(500, true));
  expect(failure).toContain("the page answered 500");
  expect(screenshot).toHaveLength(0);
});

test("a walk that did not fail has no evidence without its picture", async () => {
  await expect(walked(hanging(200, true))).rejects.toThrow("captureScreenshot");
});

test("of a walk whose browser is gone nothing is known", async () => {
  await expect(walked(hanging(500, false))).rejects.toThrow("captureScreenshot");
});
