import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const home = mkdtempSync(join(tmpdir(), "tidegate-serve-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Starts `tidegate serve` and waits for what it prints. */
function serve(): Promise<{ child: ChildProcess; answer: { url: string; token: string } }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "tidegate.mjs"), "serve", "--json"], {
    env: { ...process.env, TIDEGATE_HOME: home },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stderr.on("data", (data) => (errors += data));
    child.stdout.on("data", (data) => {
      output += data;
      if (output.endsWith("}\n")) resolve({ child, answer: JSON.parse(output) });
    });
    child.on("exit", (code) => reject(new Error(`serve exited ${code}: ${errors}`)));
  });
}

test("the Worker answers, lets its owner in, keeps what it was told, and stops", async () => {
  const first = await serve();
  expect(await (await fetch(`${first.answer.url}/health`)).json()).toEqual({ status: "ok" });
  const path = "/api/v1/projects";
  const ask = (url: string, token: string) =>
    fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask(first.answer.url, "wrong")).status).toBe(401);
  expect((await ask(first.answer.url, first.answer.token)).status).toBe(200);
  expect(await stop(first.child)).toBe(0);
  const second = await serve();
  // The session of the first start is in the database, which stayed.
  expect((await ask(second.answer.url, first.answer.token)).status).toBe(200);
  expect(await stop(second.child)).toBe(0);
}, 180_000);

function stop(child: ChildProcess): Promise<number | null> {
  child.removeAllListeners("exit");
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  child.kill("SIGTERM");
  return ended;
}
