/** What a sandbox gets of a script of this machine, run by a real shell in a folder from which the script is not seen. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withFile } from "./along.ts";

let base: string;
let shell: string;
let home: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "along-"));
  shell = join(base, "shell");
  home = join(base, "home");
  mkdirSync(join(base, "repo"));
  mkdirSync(shell);
  mkdirSync(home);
});
afterEach(() => rmSync(base, { recursive: true }));

const SCRIPT = '#!/bin/sh\necho "$1|$2|$(cat)|END_OF_AGENT"\nexit 3';
const place = (name: string, text: string | Buffer) => writeFileSync(join(shell, name), text);

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
  writeFileSync(join(base, "repo", "agent.sh"), SCRIPT);
  for (const command of ["sh x.sh", "./none.sh", "/bin/sh -c true", '"$HOME"/x', ""])
    expect(withFile(command, shell, join(base, "repo"))).toBe(command);
  expect(withFile("./agent.sh", join(base, "repo"), join(base, "repo"))).toBe("./agent.sh");
});

test.each<[string, string | Buffer, RegExp]>([
  ["a program", Buffer.from("7f454c4600ff", "hex"), /no text/],
  ["a long one", "x".repeat(80_001), /80001 characters: 80000 at most/],
])("%s is refused in words", (_, text, why) => {
  place("my-agent", text);
  expect(() => withFile("./my-agent", shell, null)).toThrow(why);
});
