import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ExecChunk } from "../models/sandbox.ts";
import { folder, until } from "./testing.ts";

const MAIN = join(dirname(new URL(import.meta.url).pathname), "main.ts");

test.each([
  {},
  { RUNNER_TOKEN: "short" },
  { RUNNER_TOKEN: "long-enough-for-a-token", RUNNER_ISOLATION: "magic" },
])("the program refuses to start with %o", async (env) => {
  const { child, text } = start(env);
  await new Promise((resolve) => child.once("close", resolve));
  expect(child.exitCode).toBe(1);
  expect(text()).toMatch(/^Cannot start runner: .*RUNNER_/s);
});

test("the program tells its address, and on SIGTERM ends with everything it started", async () => {
  const dir = folder();
  const token = "long-enough-for-a-token";
  const { child, text } = start({
    RUNNER_TOKEN: token,
    RUNNER_PORT: "0",
    RUNNER_DIR: dir,
    PASSED: "yes",
    RUNNER_PASS_ENV: "PASSED",
  });
  await until("it listens", () => text().includes("runner.started"));
  const { url } = JSON.parse(
    text()
      .split("\n")
      .find((line) => line.includes("runner.started")) ?? "",
  );
  const send = (method: string, path: string, body?: object) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  await send("PUT", "/sandboxes/s", {});
  await send("PUT", "/sandboxes/s/execs/env", { command: "env; sleep 100", timeout_ms: 60_000 });
  const chunk = ExecChunk.parse(await (await send("GET", "/sandboxes/s/execs/env?wait_ms=5000")).json());
  expect(chunk.output).toContain("PASSED=yes");
  expect(chunk.output).not.toContain(token);
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("close", resolve));
  expect(child.exitCode).toBe(0);
  expect(readdirSync(dir).filter((name) => name !== "stubs")).toEqual([]);
  expect(text()).not.toContain(token);
});

function start(env: Record<string, string>): { child: ChildProcess; text: () => string } {
  let text = "";
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH ?? "", ...env } });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      text += bytes;
    });
  }
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, text: () => text };
}
