import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { chooseCell } from "./isolation.ts";
import { AVAILABLE, callRunner, folder } from "./testing.ts";

describe.each(AVAILABLE)("walls of %s", (isolation) => {
  const fresh = async () => {
    const dir = folder();
    const caller = await callRunner({ isolation, dir, token: "a-token-that-must-not-leak" });
    const sandbox = caller.sandbox("s");
    await sandbox.create();
    return { caller, sandbox, dir };
  };

  test("nothing of the host's environment is inside, and what the caller gives is", async () => {
    process.env.SECRET_OF_THE_HOST = "a-secret-of-the-host";
    onTestFinished(() => {
      delete process.env.SECRET_OF_THE_HOST;
    });
    const { sandbox } = await fresh();
    const given = { env: { GIVEN: "yes, 'this' $HERE" }, network: "none" as const };
    const { output } = await sandbox.run("env", given);
    expect(output).not.toMatch(/secret|token/i);
    const names = output
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0] ?? "");
    const known =
      "CI GIVEN HOME LANG NODE_EXTRA_CA_CERTS PATH PWD TERM TIDEGATE_COMMAND TMPDIR OLDPWD SHLVL _".split(
        " ",
      );
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(output).toContain("GIVEN=yes, 'this' $HERE\n");
    expect(output).toContain("CI=true\n");
  });

  test("home and its caches stay between commands, and git, npm and node are there", async () => {
    const { sandbox } = await fresh();
    await sandbox.run('echo kept > "$HOME/cache"');
    expect((await sandbox.run('cat "$HOME/cache"')).output).toBe("kept\n");
    const tools = await sandbox.run("git init -q . && node -p 1+1 && npm --version");
    expect(tools).toMatchObject({ exit_code: 0 });
  });

  test("descriptors of the host are not inherited", async () => {
    const { sandbox } = await fresh();
    const { output } = await sandbox.run("for fd in /proc/$$/fd/*; do readlink $fd; done; true");
    const strange = output
      .trim()
      .split("\n")
      .filter((target) => !/null|pipe \(deleted\)|^\/proc\//.test(target));
    expect(strange).toEqual([]);
  });

  test("a command's environment never reaches the program that isolates it", async () => {
    const { sandbox } = await fresh();
    const env = { LD_PRELOAD: "./evil.so", NODE_OPTIONS: "--require ./evil.js", BASH_ENV: "./evil.sh" };
    expect(await sandbox.run("echo fine", { env })).toMatchObject({ exit_code: 0 });
  });
});

describe.runIf(AVAILABLE.includes("bubblewrap"))("walls of bubblewrap alone", () => {
  test("only workspace, home, /tmp and /dev/shm can be written", async () => {
    const { sandbox } = await two();
    for (const place of [".", "$HOME", "/tmp", "$TMPDIR", "/dev/shm"]) {
      expect(await sandbox.run(`touch "${place}/x"`), place).toMatchObject({ exit_code: 0 });
    }
    for (const place of [
      "/",
      "/etc",
      "/usr",
      "/usr/local/bin",
      "/home",
      "/dev",
      "/opt",
      "/run",
      "/run/tidegate",
      "/var/tmp",
    ]) {
      expect(await sandbox.run(`touch "${place}/x"`), place).not.toMatchObject({ exit_code: 0 });
    }
  });

  test("neither another sandbox nor the runner nor the host's files can be seen", async () => {
    const { sandbox, other, dir } = await two();
    await other.run("echo private > note");
    for (const path of [dir, "/work", process.cwd(), "/root/.ssh", "/etc/shadow", "/var/lib", "/sys/class"]) {
      expect(await sandbox.run(`ls -la "${path}"`), path).not.toMatchObject({ exit_code: 0 });
    }
    expect((await sandbox.run("grep -rs private / --include=note; true")).output).toBe("");
  });

  test("processes of the host and of other sandboxes do not exist inside", async () => {
    const { sandbox, other } = await two();
    await other.start("long", "exec sleep 12345");
    const { output } = await sandbox.run("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'");
    expect(output).not.toMatch(/12345|vitest|a-token|setenv|SECRET/);
    expect((await sandbox.run("ls -d /proc/[0-9]* | wc -l")).output.trim()).toMatch(/^[1-6]$/);
  });

  test.each(["open", "none"] as const)(
    "with network %s the loopback is the sandbox's own",
    async (network) => {
      const { sandbox } = await two();
      const url = await greeter();
      const ask = `node -e 'fetch("${url}").then(r => r.text()).then(console.log, () => process.exit(9))'`;
      expect(await sandbox.run(ask, { network })).toMatchObject({ exit_code: 9 });
      const own = `node -e 'require("http").createServer((q, s) => s.end("own")).listen(8123, () =>
      fetch("http://localhost:8123").then(r => r.text()).then(t => { console.log(t); process.exit() }))'`;
      expect(await sandbox.run(own, { network })).toMatchObject({ output: "own\n" });
    },
  );
});

describe.runIf(AVAILABLE.includes("container") && process.getuid?.() === 0)("walls of a container", () => {
  test("commands are not root, and read neither the runner's environment nor its files", async () => {
    const dir = folder();
    const sandbox = (await callRunner({ isolation: "container", dir })).sandbox("s");
    await sandbox.create();
    expect((await sandbox.run("id -u")).output).toBe("1000\n");
    const environment = `/proc/${process.pid}/environ`;
    expect(readFileSync(environment).length).toBeGreaterThan(0);
    for (const command of [
      `cat ${environment}`,
      "cat /etc/shadow",
      `ls ${dir}`,
      "ls ../own",
      `kill -0 ${process.pid}`,
    ]) {
      expect(await sandbox.run(command), command).not.toMatchObject({ exit_code: 0 });
    }
  });
});

test("where bubblewrap cannot, `auto` takes what was said of such a host", () => {
  const agents = { found: [], path: [], shown: [], links: [] };
  // No variable has such a name: bubblewrap refuses it.
  const env = { "A=B": "C" };
  const options = { toolchains: { path: [], folders: [] }, agents, env, dir: folder() };
  const { isolation, walled } = chooseCell("auto", options, "container");
  expect([isolation, walled]).toEqual(["container", false]);
  expect(() => chooseCell("bubblewrap", options, "container")).toThrow(/Cannot isolate by bubblewrap/);
});

async function two() {
  const dir = folder();
  const caller = await callRunner({ isolation: "bubblewrap", dir, token: "a-token-that-must-not-leak" });
  const [sandbox, other] = [caller.sandbox("one"), caller.sandbox("two")];
  await sandbox.create();
  await other.create();
  return { sandbox, other, dir };
}

async function greeter(): Promise<string> {
  const server = createServer((_, answer) => answer.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
