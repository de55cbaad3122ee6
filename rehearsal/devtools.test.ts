import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { offerChrome } from "./chrome.ts";
import { ROOT } from "./worker.ts";

/** Starts the browser as miniflare does. @returns the address it prints */
async function start(): Promise<URL> {
  const { starter } = await offerChrome(join(ROOT, ".tidegate"));
  const profile = mkdtempSync(join(tmpdir(), "tidegate-profile-"));
  const child = spawn(starter, [
    "--headless=new",
    `--user-data-dir=${profile}`,
    "--remote-debugging-port=0",
    "about:blank",
  ]);
  onTestFinished(() => void child.kill());
  let said = "";
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`the browser exited ${code}: ${said}`)));
    child.stderr.on("data", (data) => {
      said += data;
      const address = said.match(/DevTools listening on (ws:\S+)/)?.[1];
      if (address !== undefined) resolve(new URL(address));
    });
  });
}

/** Asks a DevTools for the browser's version; null when it lets nobody in. */
function versionAt(address: URL): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    onTestFinished(() => socket.close());
    socket.on("error", () => resolve(null));
    socket.on("open", () => socket.send(JSON.stringify({ id: 1, method: "Browser.getVersion" })));
    socket.on("message", (message) => resolve(JSON.parse(String(message))));
  });
}

test("the browser's DevTools open for its owner's secret path alone, and tell it to nobody", async () => {
  const address = await start();
  expect(await versionAt(address)).toMatchObject({
    id: 1,
    result: { product: expect.stringContaining("Chrome") },
  });
  for (const path of [
    "/",
    "/devtools/browser",
    "/devtools/browser/",
    "/devtools/page/1",
    `${address.pathname}x`,
  ]) {
    expect(await versionAt(new URL(path, address)), path).toBeNull();
  }
  for (const path of ["/json/version", "/json", "/json/list", "/json/new"]) {
    const answer = await fetch(`http://${address.host}${path}`);
    expect(await answer.text(), path).toBe("{}");
  }
});
