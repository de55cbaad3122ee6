/** What a sandbox gets of a script of this machine, run by a real shell in a folder from which the script is not seen. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withFile } from "./along.ts";

let base: string;
let shell: string;
let repo: string;
let home: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "along-"));
  shell = join(base, "shell");
  home = join(base, "home");
  repo = join(base, "repo");
  mkdirSync(repo);
  mkdirSync(shell);
  mkdirSync(home);
});
afterEach(() => rmSync(base, { recursive: true }));

const SCRIPT = '#!/bin/sh\necho "$1|$2|$(cat)|END_OF_AGENT"\nexit 3';
const place = (name: string, text: string | Buffer) => writeFileSync(join(shell, name), text);

function commit(path: string): void {
  const file = join(repo, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, SCRIPT);
  const who = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
  for (const args of [
    ["init", "-q"],
    ["add", path],
    [...who, "commit", "-qm", "x"],
  ])
    spawnSync("git", ["-C", repo, ...args]);
}

/** As the sandbox runs it: its prompt on stdin. */
function run(command: string) {
  const braced = `{\n${command}\n}`;
  const ran = spawnSync("sh", ["-c", braced], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
    input: "prompt",
  });
  return [ran.status, String(ran.stdout)];
}

test.each([
  ["relative", () => "./my-agent.sh one 'two words'"],
  ["absolute", () => `${shell}/my-agent.sh one 'two words'`],
  ["quoted", () => `"${shell}/my-agent.sh" one 'two words'`],
])("a script goes along with its words, %s", (_, command) => {
  place("my-agent.sh", SCRIPT);
  const taken = withFile(command(), shell, join(base, "repo"));
  rmSync(join(shell, "my-agent.sh"));
  expect(run(taken)).toEqual([3, "one|two words|prompt|END_OF_AGENT\n"]);
});

test("what the sandbox sees anyway, and what is no file, stays as it is", () => {
  place("sh", "no");
  commit("tools/agent.sh");
  for (const command of [
    "sh x.sh",
    "exec ./none.sh",
    "/bin/sh -c true",
    '"$HOME"/x',
    "",
    "tools/agent.sh -v",
  ])
    expect(withFile(command, shell, repo)).toBe(command);
  expect(withFile("./tools/agent.sh", repo, repo)).toBe("./tools/agent.sh");
  expect(withFile("./server.mjs", shell, null)).toBe("./server.mjs");
});

test("a script of the repository goes along where the working copy has none of that name", () => {
  commit("tools/agent.sh");
  writeFileSync(join(repo, "new.sh"), SCRIPT);
  for (const [command, folder] of [
    ["./agent.sh one 'two words'", join(repo, "tools")],
    ["../repo/tools/agent.sh one 'two words'", shell],
    [`${repo}/tools/agent.sh one 'two words'`, shell],
    ["./new.sh one 'two words'", repo],
  ] as const)
    expect(run(withFile(command, folder, repo))).toEqual([3, "one|two words|prompt|END_OF_AGENT\n"]);
});

test("a script that is nowhere is refused with where it is looked for", () => {
  commit("tools/agent.sh");
  for (const word of ["./nope.sh", "agent/nope.sh", "/home/nobody/nope.sh", "../repo/nope.sh"])
    expect(() => withFile(`${word} -v`, shell, repo)).toThrow(
      `"${word}", which is neither a file in ${shell}`,
    );
  expect(() => withFile("./nope.sh", shell, null)).toThrow("nor committed");
});

test.each<[string, string | Buffer, RegExp]>([
  ["a program", Buffer.from("7f454c4600ff", "hex"), /no text/],
  ["a long one", "x".repeat(80_001), /80001 characters: 80000 at most/],
])("%s is refused in words", (_, text, why) => {
  place("my-agent", text);
  expect(() => withFile("./my-agent", shell, null)).toThrow(why);
});
