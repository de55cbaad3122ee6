/** What a runner that was killed left behind goes with the next one; what others use stays. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listProcesses } from "./processes.ts";
import { AVAILABLE, callRunner, folder, until } from "./testing.ts";

const START = `import { startRunner } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
  const runner = await startRunner({ isolation: process.argv[1] });
  console.log(JSON.stringify(runner));`;

test.each(AVAILABLE)(
  "a folder of a killed runner and its processes are gone, under %s",
  async (isolation) => {
    const tmp = folder();
    const mark = `5${Math.floor(Math.random() * 1e6)}`;
    const own = () => readdirSync(tmp).filter((name) => name.startsWith("tidegate-sandboxes-"));
    const first = await started(tmp, isolation);
    const send = (path: string, body: object) =>
      fetch(first.url + path, {
        method: "PUT",
        headers: { authorization: `Bearer ${first.token}` },
        body: JSON.stringify(body),
      });
    await send("/sandboxes/s", {});
    const command = `mkdir locked; touch locked/x; chmod 500 locked; exec sleep ${mark}`;
    await send("/sandboxes/s/execs/long", { command, timeout_ms: 600_000, network: "none" });
    await until("it runs", () => sleeping(mark) > 0);
    const [left = ""] = own();
    first.child.kill("SIGKILL");
    await new Promise((resolve) => first.child.once("close", resolve));
    expect(existsSync(join(tmp, left))).toBe(true);
    mkdirSync(join(tmp, "tidegate-sandboxes-mine"));
    const second = await started(tmp, isolation);
    expect(own()).not.toContain(left);
    await until("its command is gone", () => sleeping(mark) === 0);
    const third = await started(tmp, isolation);
    // That of the second, which lives, that of the third, and what no runner made.
    expect(own()).toHaveLength(3);
    for (const { child } of [second, third]) child.kill("SIGKILL");
  },
);

test("a sandbox that nobody asks for anything goes, one that is asked stays", async () => {
  const { sandbox, call } = await callRunner({ isolation: "none", idle_ms: 1_500 });
  const [kept, left] = [sandbox("kept"), sandbox("left")];
  for (const one of [kept, left]) await one.create();
  const ids = async () => ((await call("GET", "/sandboxes")).json as { id: string }[]).map(({ id }) => id);
  await until("only one is there", async () => {
    expect((await kept.info()).status).toBe(200);
    return (await ids()).join() === "kept";
  });
  expect((await left.info()).status).toBe(410);
  expect((await left.create()).status).toBe(410);
});

type Started = { url: string; token: string; child: ChildProcess };

function started(tmp: string, isolation: string): Promise<Started> {
  const args = ["--input-type=module", "-e", START, isolation];
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: tmp } });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      if (text.includes("\n")) resolve({ ...JSON.parse(text), child });
    });
    child.stderr.on("data", (bytes) => {
      text += bytes;
    });
    child.once("close", () => reject(new Error(text)));
  });
}

function sleeping(seconds: string): number {
  return listProcesses(true).filter(({ pid }) => commandLine(pid) === `sleep\0${seconds}\0`).length;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It ended while we looked.
  }
}
