import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startRunner } from "./index.ts";
import { listProcesses } from "./processes.ts";
import { AVAILABLE, archiveOf, callerOf, callRunner, folder, until } from "./testing.ts";

describe.each(AVAILABLE)("host under %s", (isolation) => {
  test("a sandbox is made once, found again, and listed", async () => {
    const { call, sandbox } = await callRunner({ isolation });
    const made = await sandbox("a.b_c-1").create({ memory_mb: 100 });
    expect(made.json).toMatchObject({ id: "a.b_c-1", isolation, limits: { memory_mb: 100, processes: 512 } });
    expect((await sandbox("a.b_c-1").create({ memory_mb: 200 })).json).toEqual(made.json);
    expect((await call("GET", "/sandboxes")).json).toEqual([made.json]);
    expect((await call("GET", "/health")).json).toMatchObject({ status: "ok", isolation, sandboxes: 1 });
  });

  test("destroying kills every process, removes every file, and is remembered", async () => {
    const dir = folder();
    const { sandbox } = await callRunner({ isolation, dir });
    const one = sandbox("one");
    await one.create();
    const mark = `9${Math.floor(Math.random() * 1e6)}`;
    await one.run("mkdir -p locked/deep; touch locked/deep/x; chmod 000 locked/deep; chmod 500 locked");
    await one.run("d=dddddddddddddddddddd; for i in $(seq 300); do mkdir $d && cd $d || exit 1; done");
    await one.start("long", `setsid sleep ${mark} & sleep ${mark}`);
    await one.serve("web", `sleep ${mark}`, { port: 31_999 });
    await until("it runs", () => running(mark) >= 3);
    const waiting = one.read("long", 0, 10_000);
    expect((await one.destroy()).status).toBe(204);
    expect(running(mark)).toBe(0);
    expect(readdirSync(dir).filter((name) => /^[0-9a-f]{16}$/.test(name))).toEqual([]);
    // Whoever waits for output is answered now, not when its time is over.
    await Promise.race([waiting.catch(() => {}), new Promise((_, reject) => setTimeout(reject, 5_000))]);
    const late = [
      one.create(),
      one.info(),
      one.start("k", "true"),
      one.call("GET", "/execs/long"),
      one.destroy(),
      one.file("x"),
    ];
    for (const answer of await Promise.all([
      ...late,
      one.archive(archiveOf({ a: "a" })),
      one.proxy("web", "GET", "/"),
    ])) {
      expect(answer).toMatchObject({ status: 410, json: { code: "gone" } });
    }
  });

  test("one that was destroyed before it was made is not made any more", async () => {
    const dir = folder();
    const { call, sandbox } = await callRunner({ isolation, dir });
    expect((await sandbox("late").destroy()).status).toBe(404);
    const late = await Promise.all([sandbox("late").create(), sandbox("late").create()]);
    for (const answer of late) expect(answer).toMatchObject({ status: 410, json: { code: "gone" } });
    expect((await call("GET", "/sandboxes")).json).toEqual([]);
    expect(readdirSync(dir).filter((name) => /^[0-9a-f]{16}$/.test(name))).toEqual([]);
    expect((await sandbox("other").create()).status).toBe(200);
  });

  test("at the end of its life a sandbox goes by itself", async () => {
    const { sandbox } = await callRunner({ isolation });
    const one = sandbox("brief");
    await one.create({ lifetime_ms: 700 });
    const mark = `8${Math.floor(Math.random() * 1e6)}`;
    await one.start("long", `sleep ${mark}`);
    await until("it is gone", async () => (await one.info()).status === 410);
    await until("its command too", () => running(mark) === 0);
  });

  test("a runner that starts again knows nothing of the old one's, and leaves nothing of it", async () => {
    const dir = folder();
    const first = await startRunner({ isolation, dir });
    const old = callerOf(first).sandbox("old");
    await old.create();
    await old.run("chmod 500 .; mkdir $HOME/x; touch $HOME/x/y; chmod 500 $HOME/x");
    const mark = `7${Math.floor(Math.random() * 1e6)}`;
    await old.start("long", `sleep ${mark}`);
    await until("it runs", () => running(mark) > 0);
    onTestFinished(() => first.close().catch(() => {}));
    const second = (await callRunner({ isolation, dir })).sandbox("old");
    expect(readdirSync(dir).filter((name) => /^[0-9a-f]{16}$/.test(name))).toEqual([]);
    // Under bubblewrap a dead runner's commands die with it; here the old one lives on in this very process.
    if (isolation !== "bubblewrap") await until("its command is killed", () => running(mark) === 0);
    expect(await second.info()).toMatchObject({ status: 404, json: { code: "not_found" } });
    expect((await second.create()).status).toBe(200);
  });

  test("closing destroys all sandboxes", async () => {
    const dir = folder();
    const runner = await startRunner({ isolation, dir });
    const one = callerOf(runner).sandbox("one");
    await one.create();
    const mark = `6${Math.floor(Math.random() * 1e6)}`;
    await one.start("long", `sleep ${mark}`);
    await until("it runs", () => running(mark) > 0);
    await runner.close();
    expect(running(mark)).toBe(0);
    expect(existsSync(join(dir, "stubs")) || readdirSync(dir).length === 0).toBe(true);
    await expect(one.info()).rejects.toThrow();
  });

  test("files of the workspace can be read, nothing else", async () => {
    const { sandbox } = await callRunner({ isolation });
    const one = sandbox("one");
    await one.create();
    await one.run(
      "mkdir d; printf '\\000\\377' > d/bytes; ln -s d/bytes inner; ln -s /etc/passwd outer; ln -s .. up; mkfifo pipe",
    );
    await one.run('truncate -s 30M big; echo secret > "$HOME/x"');
    const bytes = await fetch(`${one.url}/files?path=d/bytes`, { headers: one.authorised });
    expect(Buffer.from(await bytes.arrayBuffer()).toString("hex")).toBe("00ff");
    expect((await one.file("inner")).status).toBe(200);
    for (const path of [
      "missing",
      "outer",
      "../home/x",
      "up/home/x",
      "/etc/passwd",
      "d",
      "pipe",
      ".",
      "a\0b",
    ]) {
      expect((await one.file(path)).status, path).toBe(404);
    }
    expect((await one.file("big")).status).toBe(413);
    expect((await one.call("GET", "/files")).status).toBe(400);
  });
});

test("nobody comes in without the token", async () => {
  const { runner } = await callRunner({ isolation: "none", token: "the-right-token-of-this-test" });
  const tokens = [
    undefined,
    "",
    "Bearer",
    "Bearer wrong",
    "the-right-token-of-this-test",
    "Bearer the-right-token-of-this-tes",
  ];
  const requests = [
    ["GET", "/health"],
    ["GET", "/sandboxes"],
    ["PUT", "/sandboxes/x"],
    ["DELETE", "/sandboxes/x"],
    ["GET", "/other"],
  ];
  for (const token of tokens) {
    for (const [method, path] of requests) {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
      const response = await fetch(runner.url + path, { method: method ?? "GET", headers });
      expect(response.status, `${method} ${path} ${token}`).toBe(401);
      expect(await response.json()).toMatchObject({ code: "unauthorized" });
    }
  }
  const right = { authorization: "Bearer the-right-token-of-this-test" };
  expect((await fetch(`${runner.url}/health`, { headers: right })).status).toBe(200);
  // The runner's own header decides: with a wrong one the common one does not help.
  const both = { ...right, "x-runner-authorization": "Bearer wrong" };
  expect((await fetch(`${runner.url}/health`, { headers: both })).status).toBe(401);
});

test("what does not fit is refused with words", async () => {
  const { call, sandbox } = await callRunner({ isolation: "none", maxSandboxes: 1 });
  const one = sandbox("one");
  await one.create();
  for (const [method, path, body, status] of [
    ["PUT", "/sandboxes/..%2Fevil", {}, 400],
    ["PUT", `/sandboxes/${"x".repeat(201)}`, {}, 400],
    ["PUT", "/sandboxes/two", {}, 503],
    ["PUT", "/sandboxes/two", { limits: { memory_mb: -1 } }, 400],
    ["PUT", "/sandboxes/two", Buffer.from("{no json"), 400],
    ["PUT", "/sandboxes/one/execs/a", { command: "true" }, 400],
    ["PUT", "/sandboxes/one/execs/a%20b", { command: "true", timeout_ms: 1 }, 400],
    ["PUT", "/sandboxes/one/execs/a", { command: "a\0b", timeout_ms: 1000 }, 400],
    ["PUT", "/sandboxes/one/execs/a", { command: "true", timeout_ms: 1000, env: { "A=B": "c" } }, 400],
    ["PUT", "/sandboxes/one/execs/a", { command: "x".repeat(200_000), timeout_ms: 1000 }, 400],
    ["PUT", "/sandboxes/one/execs/a", { command: "x".repeat(2_000_000), timeout_ms: 1000 }, 413],
    ["GET", "/sandboxes/one/execs/none", undefined, 404],
    ["GET", "/sandboxes/one/execs/none?from=-1", undefined, 400],
    ["GET", "/sandboxes/one/services/none", undefined, 404],
    ["GET", "/sandboxes/one/services/none/proxy/", undefined, 404],
    ["GET", "/sandboxes/none", undefined, 404],
    ["DELETE", "/sandboxes/none", undefined, 404],
    ["GET", "/nowhere", undefined, 404],
    ["PUT", "/sandboxes/one/archive?strip=-1", Buffer.alloc(1), 400],
  ] as const) {
    const answer = await call(method, path, body);
    expect(answer.status, `${method} ${path} ${answer.text}`).toBe(status);
    expect(answer.json).toMatchObject({
      code: expect.any(String),
      message: expect.stringMatching(/^Cannot .+: ./s),
    });
  }
});

/** How many `sleep` of so many seconds this machine runs. */
function running(seconds: string): number {
  return listProcesses(true).filter(({ pid }) => commandLine(pid) === `sleep\0${seconds}\0`).length;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It ended while we looked.
  }
}
