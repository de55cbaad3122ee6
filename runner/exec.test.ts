import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AVAILABLE, callRunner, folder, until } from "./testing.ts";

describe.each(AVAILABLE)("exec under %s", (isolation) => {
  const fresh = async (limits = {}) => {
    const dir = folder();
    const sandbox = (await callRunner({ isolation, dir })).sandbox("s");
    await sandbox.create(limits);
    return { sandbox, dir };
  };

  test.each([
    ["true", 0, null],
    ["exit 1", 1, null],
    ["exit 129", 129, null],
    ["no-such-program-at-all", 127, null],
    ["kill -9 $$", null, "SIGKILL"],
    ["sh -c 'kill -SEGV $$'; exit $?", null, "SIGSEGV"],
  ])("%s is reported truthfully", async (command, exit_code, signal) => {
    const { sandbox } = await fresh();
    expect(await sandbox.run(command)).toMatchObject({ end: "exited", exit_code, signal });
  });

  test("stdout and stderr come in the order in which they were written, also through /dev/stderr", async () => {
    const { sandbox } = await fresh();
    const { output } = await sandbox.run(
      "for i in 1 2 3; do echo out$i; echo err$i >&2; done; echo dev > /dev/stderr",
    );
    expect(output).toBe("out1\nerr1\nout2\nerr2\nout3\nerr3\ndev\n");
  });

  test("output can be read while it comes, from any byte on", async () => {
    const { sandbox } = await fresh();
    await sandbox.start("live", "echo first; while [ ! -e go ]; do sleep 0.05; done; echo second");
    const first = await sandbox.read("live", 0);
    expect(first).toMatchObject({ output: "first\n", next: 6, end: null });
    expect(await sandbox.read("live", 6, 200)).toMatchObject({ output: "", next: 6, end: null });
    await sandbox.run("touch go");
    expect(await sandbox.finish("live")).toMatchObject({ output: "first\nsecond\n", end: "exited" });
    expect((await sandbox.read("live", 8)).output).toBe("cond\n");
  });

  test("a key runs its command once, and never another one", async () => {
    const { sandbox } = await fresh();
    const [one, two] = await Promise.all([
      sandbox.start("k", "echo x >> log"),
      sandbox.start("k", "echo x >> log"),
    ]);
    await sandbox.finish("k");
    const three = await sandbox.start("k", "echo x >> log");
    expect([one.status, two.status, three.status]).toEqual([200, 200, 200]);
    expect((await sandbox.file("log")).text).toBe("x\n");
    expect(await sandbox.start("k", "echo other")).toMatchObject({ status: 409, json: { code: "conflict" } });
  });

  test("a timeout kills grandchildren, daemons in sessions of their own, and those who ignore SIGTERM", async () => {
    const { sandbox, dir } = await fresh();
    const beat = (file: string) => `while :; do echo x >> ${file}; sleep 0.05; done`;
    const daemon = `setsid sh -c '${beat("daemon")}' &`;
    const amnesiac = `env -i PATH="$PATH" setsid sh -c '${beat("amnesiac")}' &`;
    const child = `sh -c 'trap "" TERM; ${beat("stubborn")}' &`;
    const ended = await sandbox.run(`${daemon} ${amnesiac} ${child} sleep 100`, { timeout_ms: 1_500 });
    expect(ended).toMatchObject({ end: "timeout", exit_code: null });
    expect(ended.output).toContain("longer than 1500 ms");
    for (const file of ["daemon", "amnesiac", "stubborn"]) await expectStill(await locate(dir, file));
  });

  test("a command that tidies up on SIGTERM may do so, and still timed out", async () => {
    const { sandbox } = await fresh();
    const ended = await sandbox.run("trap 'echo bye; exit 0' TERM; sleep 100 & wait", { timeout_ms: 4_000 });
    expect(ended).toMatchObject({ end: "timeout", exit_code: null });
    expect(ended.output).toContain("bye");
  });

  test("a background child that holds the output does not keep the command, and is killed", async () => {
    const { sandbox, dir } = await fresh();
    const ended = await sandbox.run(
      "(while :; do echo x >> beat; sleep 0.05; done) & until [ -e beat ]; do :; done; echo done",
    );
    expect(ended).toMatchObject({ end: "exited", exit_code: 0, output: "done\n" });
    await expectStill(await locate(dir, "beat"));
  });

  test("a line of 30 MB arrives with its head, its tail and a marker, and the host stays small", async () => {
    const { sandbox } = await fresh();
    const before = process.memoryUsage.rss();
    const ended = await sandbox.run("printf START; head -c 30000000 /dev/zero | tr '\\0' x; printf END");
    expect(ended).toMatchObject({ end: "exited", exit_code: 0, truncated: true });
    expect(ended.output.startsWith("STARTxxx") && ended.output.endsWith("xxxEND")).toBe(true);
    expect(ended.output).toMatch(/\n\[tidegate\] \d+ bytes of output dropped here/);
    expect(ended.output.length).toBeLessThan(11 * 1024 * 1024);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
  });

  test("bytes that are no UTF-8 do no harm", async () => {
    const { sandbox } = await fresh();
    const { output, total } = await sandbox.run("printf 'a\\377b\\303'; sleep 0.2; printf '\\244c'");
    expect(output).toBe("a\uFFFDbäc");
    expect(total).toBe(Buffer.byteLength(output));
  });

  test("commands start in the workspace or below it, nowhere else", async () => {
    const { sandbox } = await fresh();
    await sandbox.run("mkdir -p a/b");
    expect((await sandbox.run("pwd", { cwd: "a/b" })).output).toMatch(/workspace\/a\/b\n$/);
    for (const cwd of ["../x", "/etc", "a/../../x", "missing"]) {
      expect(await sandbox.start(`cwd${cwd.length}`, "pwd", { cwd }), cwd).toMatchObject({ status: 400 });
    }
  });
});

/** The file's path on the host, once it is there. */
async function locate(dir: string, name: string): Promise<string> {
  const sandbox = readdirSync(dir).find((entry) => /^[0-9a-f]{16}$/.test(entry)) ?? "";
  const path = join(dir, sandbox, "workspace", name);
  await until(`${path} exists`, () => existsSync(path));
  return path;
}

/** Nobody writes to it any more. */
async function expectStill(path: string): Promise<void> {
  const before = statSync(path).size;
  expect(before).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(statSync(path).size, `${path} still grows`).toBe(before);
}
