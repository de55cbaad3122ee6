import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { PRESETS } from "../models/agent.ts";
import { findAgents } from "./agents.ts";
import { AVAILABLE, callRunner } from "./testing.ts";

/** Not below /tmp: there every sandbox has its own. */
const ROOT = "/var/tmp";

let home = "";

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(ROOT, "tg-home-")));
  chmodSync(home, 0o755);
  const before = process.env.HOME;
  process.env.HOME = home;
  onTestFinished(() => {
    process.env.HOME = before;
    rmSync(home, { recursive: true, force: true });
  });
  file("secret.txt", "of the owner's");
  file(".local/share/other/auth.json", "of the owner's");
  file(".local/bin/other", "of the owner's");
});

/** Each installs a program that says its name and what lies beside it, and returns the entry of the PATH. */
const WAYS: Record<string, { id: string; program: string; install(): string; shown: string[] }> = {
  "a package below a node prefix": {
    id: "codex",
    program: "codex",
    install() {
      const inside = ".npm-global/lib/node_modules/@openai";
      script(`${inside}/codex/bin/codex.mjs`, [
        "#!/usr/bin/env node",
        'import { name } from "../../shared/name.mjs";',
        "console.log(name);",
      ]);
      file(`${inside}/shared/name.mjs`, 'export const name = "codex";');
      link(".npm-global/bin/codex", "../lib/node_modules/@openai/codex/bin/codex.mjs");
      return ".npm-global/bin";
    },
    shown: [".npm-global/lib/node_modules"],
  },
  "one file that a link leads to": {
    id: "claude",
    program: "claude",
    install() {
      // No script: what is not one is shown alone.
      program(".local/share/claude/versions/2.1.0", "/bin/echo");
      file(".local/share/claude/history.json", "of the owner's");
      link(".local/bin/claude", at(".local/share/claude/versions/2.1.0"));
      return ".local/bin";
    },
    shown: [".local/share/claude/versions/2.1.0"],
  },
  "a script beside its parts that a link leads to": {
    id: "cursor",
    program: "cursor-agent",
    install() {
      const inside = ".local/share/cursor-agent/versions/2026.1";
      script(`${inside}/cursor-agent`, ["#!/bin/sh", 'cat "$(dirname "$(realpath "$0")")/name"']);
      file(`${inside}/name`, "cursor-agent\n");
      link(".local/bin/cursor-agent", "../share/cursor-agent/versions/2026.1/cursor-agent");
      return ".local/bin";
    },
    shown: [".local/share/cursor-agent/versions/2026.1"],
  },
  "a tool of Python in an environment of its own": {
    id: "aider",
    program: "aider",
    install() {
      const python = ".local/share/uv/python";
      const tool = ".local/share/uv/tools/aider-chat";
      script(`${python}/cpython-3.12.1/bin/python3.12`, [
        "#!/bin/sh",
        'echo "python runs $1" && cat "$(dirname "$(realpath "$1")")/../lib/name"',
      ]);
      link(`${python}/cpython-3.12`, at(`${python}/cpython-3.12.1`));
      file(`${tool}/pyvenv.cfg`, "home = elsewhere");
      file(`${tool}/lib/name`, "aider\n");
      link(`${tool}/bin/python`, at(`${python}/cpython-3.12/bin/python3.12`));
      script(`${tool}/bin/aider`, [`#!${at(tool)}/bin/python`]);
      link(".local/bin/aider", at(`${tool}/bin/aider`));
      return ".local/bin";
    },
    shown: [
      ".local/share/uv/tools/aider-chat",
      ".local/share/uv/python/cpython-3.12",
      ".local/share/uv/python/cpython-3.12.1",
    ],
  },
  "a file in a folder with a link in its path": {
    id: "opencode",
    program: "opencode",
    install() {
      program("disk/.opencode/bin/opencode", "/bin/echo");
      link(".opencode", "disk/.opencode");
      return ".opencode/bin";
    },
    shown: [".opencode/bin/opencode", "disk/.opencode/bin/opencode"],
  },
  "a script among the owner's own": {
    id: "goose",
    program: "goose",
    install() {
      script(".local/bin/goose", ["#!/bin/sh", "echo goose"]);
      return ".local/bin";
    },
    shown: [".local/bin/goose"],
  },
};

describe.each(Object.entries(WAYS))("%s", (_, way) => {
  test("is found, with the least that it needs", () => {
    const entry = at(way.install());
    const agents = findAgents(`/nowhere:${entry}:${process.env.PATH}`);
    expect(agents.found).toContain(way.id);
    expect(agents.path).toContain(entry);
    expect(agents.shown.filter((path) => path.startsWith(home)).sort()).toEqual(way.shown.map(at).sort());
  });

  test.each(AVAILABLE)("runs by its name under %s, and shows nothing else of the home", async (isolation) => {
    const entry = at(way.install());
    const { call, sandbox } = await callRunner({ isolation, path: `${entry}:${process.env.PATH}` });
    expect((await call("GET", "/health")).json).toMatchObject({ agents: expect.arrayContaining([way.id]) });
    const one = sandbox("s");
    await one.create();
    expect(await one.run(`${way.program} ${way.program}`)).toMatchObject({
      exit_code: 0,
      output: expect.stringContaining(`${way.program}\n`),
    });
    if (isolation !== "bubblewrap") return;
    const files = `find ${home} -type f -not -path '*/node_modules/*'; cat ${home}/secret.txt`;
    expect((await one.run(files)).output).not.toMatch(/secret\.txt$|auth\.json|history|bin\/other/m);
    expect(await one.run(`touch ${home}/x ${entry}/x`)).not.toMatchObject({ exit_code: 0 });
  });
});

test("what cannot be run is not found", () => {
  file("bin/claude", "no program");
  link("bin/codex", "nowhere");
  link("bin/amp", "amp");
  mkdirSync(at("bin/gemini"));
  script("project/node_modules/.bin/goose", ["#!/bin/sh"]);
  const { found } = findAgents([at("bin"), at("project/node_modules/.bin"), "relative/bin", ""].join(":"));
  expect(found).toEqual([]);
});

test("every preset hands its program the prompt and the key", async () => {
  // Says what it was given: its arguments, the files among them, its input and its keys.
  const lines = ["#!/bin/sh", 'echo "$0 $*"', 'for it; do [ -f "$it" ] && cat "$it"; done; cat; env'];
  for (const { program } of Object.values(PRESETS)) script(`bin/${program}`, lines);
  const path = `${at("bin")}:${process.env.PATH}`;
  expect(findAgents(path).found.sort()).toEqual(Object.keys(PRESETS).sort());
  const { sandbox } = await callRunner({ isolation: "none", path });
  const one = sandbox("s");
  await one.create();
  await one.run("git init -q .");
  const base64 = Buffer.from("Do this.\n").toString("base64");
  await one.call("PUT", "/inputs", { files: [{ path: "prompt.md", mode: "100644", base64 }] });
  for (const [id, { program, plan, write, keys }] of Object.entries(PRESETS)) {
    for (const command of [plan, write]) {
      const env = { [keys.at(-1) ?? ""]: "the key" };
      const given = await one.run(
        `export TIDEGATE_PROMPT_FILE="$HOME/.tidegate/prompt.md"
        { ${command}\n} < "$TIDEGATE_PROMPT_FILE"`,
        { env },
      );
      expect(given, id).toMatchObject({ exit_code: 0 });
      expect(given.output, id).toContain(`/${program} `);
      expect(given.output, id).toMatch(/(^| )Do this\.$/m);
      // Under the name that the program reads, whichever of its names it has as a secret.
      expect(given.output, id).toContain(`${id === "codex" ? "CODEX_API_KEY" : keys.at(-1)}=the key`);
    }
  }
});

function at(path: string): string {
  return join(home, path);
}

function file(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function script(path: string, lines: string[]): void {
  file(path, `${lines.join("\n")}\n`);
  chmodSync(at(path), 0o755);
}

function link(path: string, to: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  symlinkSync(to, at(path));
}

/** A program of the system under another name. */
function program(path: string, from: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  cpSync(realpathSync(from), at(path));
}
