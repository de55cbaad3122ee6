import { describe, expect, test } from "vitest";
import { grammars } from "../clients/grammars.ts";
import { Graph } from "../models/graph.ts";
import { type BuildOptions, build, type SourceFile } from "./build.ts";
import {
  type Commit,
  dicedHistory,
  type Files,
  ownHistory,
  ownSources,
  pythonLibrary,
} from "./identity.fixture.ts";
import { memoryGraphs } from "./memory.ts";
import { Parsers } from "./parse.ts";
import { randomOf } from "./store.fixture.ts";
import type { Part } from "./store.ts";
import { problemsOf } from "./whole.fixture.ts";

const parsers = await Parsers.open(grammars);
const SEED = Number(process.env.TIDEGATE_SEED ?? 20261121);
const LIMIT = { timeout: 240_000 };

async function built(files: readonly SourceFile[], options: Partial<BuildOptions> = {}) {
  const { parts, stats, ...rest } = await build(files, { parsers, ...options });
  return { parts: [...parts()], stats: stats(), ...rest };
}

function sources(files: Files): SourceFile[] {
  return [...files].map(([path, bytes]) => ({ path, bytes: () => bytes }));
}

function shuffled<T>(items: readonly T[], random: (n: number) => number): T[] {
  const dealt = [...items];
  for (let at = dealt.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [dealt[at], dealt[other]] = [dealt[other] as T, dealt[at] as T];
  }
  return dealt;
}

describe("graphs of real code", LIMIT, () => {
  const corpora = { "our own sources": ownSources(), "Python's library": pythonLibrary(40) };
  for (const [name, files] of Object.entries(corpora)) {
    test.skipIf(files.size === 0)(
      `${name}: ids are unique, edges end somewhere, the schema fits, order does not matter`,
      async () => {
        const first = await built(sources(files));
        expect(problemsOf(first.parts)).toEqual([]);
        expect(first.parts.flatMap(({ edges }) => edges).length).toBeGreaterThan(files.size);
        const graph = {
          version: "1",
          generated_at: "2026-01-01T00:00:00.000Z",
          repository: { path: "/repo", name: "repo" },
          stats: first.stats,
          nodes: first.parts.flatMap(({ nodes }) => nodes),
          edges: first.parts.flatMap(({ edges }) => edges),
          "x-unresolved": first.parts.flatMap(({ unresolved }) => unresolved),
          "x-findings": first.parts.flatMap(({ findings }) => findings),
          "x-warnings": first.warnings,
        };
        expect(Graph.safeParse(graph).error).toBeUndefined();
        const again = await built(shuffled(sources(files), randomOf(SEED)));
        expect(differences(again.parts, first.parts)).toEqual([]);
        expect([again.stats, again.warnings]).toEqual([first.stats, first.warnings]);
      },
    );
  }
});

/** What is different, in few words: whole graphs side by side help nobody. */
function differences(parts: readonly Part[], expected: readonly Part[]): string[] {
  const shown = new Map(expected.map((part) => [part.path, JSON.stringify(plain(part))]));
  const found = parts.flatMap((part) => {
    const [own, other] = [JSON.stringify(plain(part)), shown.get(part.path)];
    shown.delete(part.path);
    if (own === other) return [];
    const at = [...own].findIndex((sign, index) => sign !== other?.[index]);
    return [
      `${part.path}: ${own.slice(Math.max(0, at - 150), at + 150)} instead of ${other?.slice(Math.max(0, at - 150), at + 150)}`,
    ];
  });
  return [...found, ...[...shown.keys()].map((path) => `${path} is missing`)].slice(0, 5);
}

function plain(part: Part): unknown {
  return { ...part, words: part.words.map((counts) => [...counts]) };
}

/** Each commit with the facts of those before, against the same commit from nothing. Gives what was parsed and reused. */
async function follow(
  history: readonly Commit[],
  frugal: boolean,
): Promise<{ parsed: number; reused: number }> {
  const kept = memoryGraphs();
  const sum = { parsed: 0, reused: 0 };
  for (const [nth, commit] of history.entries()) {
    const changed = new Map(commit.map(({ path, blob, text }) => [path, { path, blob, bytes: () => text }]));
    const carried = await built([...changed.values()], { kept, frugal });
    const whole = await built([...changed.values()], { frugal: nth % 3 === 2 });
    expect(
      differences(carried.parts, whole.parts),
      `commit ${nth} of ${history.length}, seed ${SEED}`,
    ).toEqual([]);
    expect([carried.stats, carried.warnings]).toEqual([whole.stats, whole.warnings]);
    expect(carried.parsed + carried.reused).toBe(whole.parsed);
    sum.parsed += nth === 0 ? 0 : carried.parsed;
    sum.reused += nth === 0 ? 0 : carried.reused;
  }
  return sum;
}

describe("a commit on kept facts is the same as a commit from nothing", LIMIT, () => {
  const history = ownHistory(30);
  test.skipIf(history.length < 2)(`over ${history.length} commits of our own`, async () => {
    const { parsed, reused } = await follow(history, false);
    expect(reused).toBeGreaterThan(parsed);
  });

  test.skipIf(history.length < 2)("where facts stay packed, as in an isolate", async () => {
    const { parsed, reused } = await follow(history.slice(-5), true);
    expect(reused).toBeGreaterThan(parsed);
  });

  test(`over careless edits by dice (seed ${SEED})`, async () => {
    const start = new Map(
      [...ownSources()].filter(([path]) =>
        /^graph\/(facts|resolve\/python|queries\/[a-c])[^.]*\.ts$/.test(path),
      ),
    );
    for (const [path, bytes] of [...pythonLibrary(12)]) start.set(`python/${path}`, bytes);
    expect(start.size).toBeGreaterThan(10);
    const { parsed, reused } = await follow(await dicedHistory(start, 10, SEED), false);
    expect(reused).toBeGreaterThan(parsed);
  });
});

/** Values here go along imports alone, so that a file and what it imports are all that there is to know. */
const PIECES: Record<string, string> = {
  "a/base.py": "class Base:\n    def run(self):\n        self.step()\n\n    def step(self):\n        pass\n",
  "a/tools.py":
    "from a.base import Base\n\ndef apply(f):\n    return f()\n\ndef make():\n    return Base()\n",
  "b/main.py":
    "from a.tools import apply, make\n\ndef leaf():\n    pass\n\ndef main():\n    apply(leaf)\n    make().run()\n",
  "src/base.ts": "export class Base { run() { this.step(); } step() {} }\n",
  "src/tools.ts":
    'import { Base } from "./base";\nexport const apply = (f: () => void) => f();\nexport function make() { return new Base(); }\n',
  "web/main.ts":
    'import { apply, make } from "../src/tools";\nfunction leaf() {}\nexport function main() { apply(leaf); make().run(); }\n',
  "go.mod": "module example.com/m\n",
  "base/base.go":
    "package base\n\ntype Base struct{}\n\nfunc (b *Base) Run() { b.step() }\n\nfunc (b *Base) step() {}\n",
  "main.go": 'package main\n\nimport "example.com/m/base"\n\nfunc main() { (&base.Base{}).Run() }\n',
};

test("a program cut into pieces of one file, each with what it imports, gives the graph of the whole", async () => {
  const files = new Map(Object.entries(PIECES).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const whole = await built(sources(files));
  const pieces = await built(sources(files), {
    frugal: true,
    limits: { whole: 0, own: 1, around: 1_000_000 },
  });
  expect(pieces.warnings.length).toBeGreaterThan(0);
  expect(differences(pieces.parts, whole.parts)).toEqual([]);
  expect(differences((await built(sources(files), { frugal: true })).parts, whole.parts)).toEqual([]);
});
