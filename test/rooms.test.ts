/** The walls of the house: who may know whom, and why; no circles; no file that outgrew its noun. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const TESTS = /\.test\.tsx?$|\.fixture\.ts$|(^|\/)testing\.ts$|\.d\.ts$/;
const OUTSIDE = /^(node_modules|rehearsal\/sample|pages\/dist|bench|test|\.)/;

const files = globSync("**/*.{ts,tsx}", { cwd: ROOT, exclude: ["node_modules", ".*"] })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => !OUTSIDE.test(file));
const source = files.filter((file) => !TESTS.test(file));
const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** From the most to the least particular: a file belongs to the first room whose path it begins with. */
const ROOMS = [
  "models",
  "graph",
  "workers/store",
  "workers/providers",
  "workers/project",
  "workers/steps",
  "workers/api",
  "workers/index.ts",
  "workers",
  "runner",
  "rehearsal",
  "clients/mcp",
  "clients/text",
  "clients",
  "pages",
  "simulate",
] as const;
type Room = (typeof ROOMS)[number];

/** Whom a room may know, beside itself, and the reason for the wall around it. */
const DOORS: Record<Room, { may: Room[]; why: string }> = {
  models: { may: [], why: "the nouns know nobody, so that everybody may know them" },
  graph: { may: ["models"], why: "the same code runs in a Worker, in Node and in an editor" },
  workers: {
    may: ["models", "graph"],
    why: "variables, errors, the log and the grammars are everybody's and know no feature",
  },
  "workers/store": {
    may: ["models", "workers", "graph"],
    why: "tables keep; they neither decide nor act",
  },
  "workers/providers": {
    may: ["models", "workers"],
    why: "a vendor can be exchanged when it knows only its contract",
  },
  "workers/project": {
    may: ["models", "workers", "workers/store"],
    why: "what decides must not be able to act: effects are ordered, never done",
  },
  "workers/steps": {
    may: ["models", "graph", "workers", "workers/store", "workers/providers", "workers/project"],
    why: "steps act and tell; nobody calls them but the queue",
  },
  "workers/api": {
    may: ["models", "graph", "workers", "workers/store", "workers/project", "clients/mcp"],
    why: "a route verifies, narrows, tells and answers; it neither decides nor acts",
  },
  "workers/index.ts": {
    may: [
      "models",
      "workers",
      "workers/store",
      "workers/api",
      "workers/steps",
      "workers/project",
      "workers/providers",
    ],
    why: "the table of contents names every part",
  },
  runner: { may: ["models"], why: "it runs on hosts that know nothing of Cloudflare" },
  rehearsal: { may: ["models", "runner", "clients"], why: "it runs the rest as a user would" },
  "clients/mcp": {
    may: ["models", "graph", "clients/text"],
    why: "questions and agents' tools are one contract, whether the Worker serves them or the command line",
  },
  "clients/text": { may: ["models", "graph"], why: "answers in words, for whoever shows them" },
  clients: {
    may: ["models", "graph", "clients/mcp", "clients/text"],
    why: "whoever calls from outside knows the API, or brings the engine along",
  },
  pages: { may: ["models", "clients"], why: "the dashboard is one more client" },
  simulate: {
    may: ["models", "workers/project", "workers/steps", "workers/providers"],
    why: "it plays the decisions and the merge over a model of the world; no part of the product knows it",
  },
};

/** Walls with a hole: what goes through it, and why it may for now. */
const HOLES: Record<string, string> = {
  "workers/api/hint.ts -> workers/providers/github":
    "our check's name, so that we do not listen to ourselves",
  "workers/api/projects.ts -> workers/providers/github":
    "pinning asks GitHub whether the repository is there",
  "workers/api/repositories.ts -> workers/providers/github": "GitHub holds the list of repositories",
  "workers/api/runs.ts -> workers/steps/runs": "an agent that cannot be used is refused before a run begins",
  "workers/api/agents.ts -> workers/steps/runs": "a prompt is shown as the first turn composes it",
  "workers/api/turns.ts -> workers/steps": "the keys under which turns keep what they leave",
  "workers/api/run-images.ts -> workers/steps/runs": "the key under which pictures of a goal are kept",
  "workers/api/preview.ts -> workers/providers/sandbox": "previews are served by the sandbox itself",
  "workers/api/preview.ts -> workers/steps/preview.ts": "the label in a preview's host, as the step made it",
  "workers/api/analyze.ts -> workers/providers/github": "a branch is asked for, and GitHub knows its commit",
  "workers/api/analyze.ts -> workers/steps/graph-order.ts":
    "an analysis is ordered by its id, as the gate orders it",
  "workers/api/asking.ts -> workers/steps": "whose graphs there are, and the source that a context shows",
  "workers/api/validation.ts -> workers/steps/artifacts.ts": "the key under which steps keep what they leave",
};

type Import = { from: string; to: string; type: boolean };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s*)?["'](\.[^"']*)["']|import\(\s*["'](\.[^"']*)["']\s*\)/g;

function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(IMPORT)].map((match) => ({
    from: file,
    to: resolve(file, match[2] ?? match[3] ?? ""),
    type: match[1] !== undefined,
  }));
}

function resolve(file: string, path: string): string {
  const target = normalize(join(dirname(file), path))
    .split(sep)
    .join("/");
  const found = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`, `${target}/index.tsx`];
  return found.find((one) => files.includes(one)) ?? target;
}

const roomOf = (file: string): Room | null =>
  ROOMS.find((room) => file === room || file.startsWith(`${room}/`)) ?? null;
const imports = source.flatMap(importsOf);

describe("doors", () => {
  test("there is something to judge", () => {
    expect(source.length).toBeGreaterThan(300);
    expect(imports.length).toBeGreaterThan(1_000);
  });

  test.each(ROOMS)("%s knows only whom it may", (room) => {
    const { may, why } = DOORS[room];
    const through = imports.filter(({ from }) => roomOf(from) === room);
    const broken = through.filter(({ to }) => {
      const there = roomOf(to);
      if (there === null) return /\.(ts|tsx)$/.test(to);
      return there !== room && !may.includes(there);
    });
    const walls = broken.map(({ from, to }) => `${from} -> ${to}`);
    expect(
      walls.filter((wall) => !Object.keys(HOLES).some((hole) => wall.startsWith(hole))),
      why,
    ).toEqual([]);
  });

  test("every hole in a wall is still used", () => {
    const used = imports.map(({ from, to }) => `${from} -> ${to}`);
    expect(Object.keys(HOLES).filter((hole) => !used.some((wall) => wall.startsWith(hole)))).toEqual([]);
  });

  test("one provider does not know another", () => {
    const vendor = (file: string) => /^workers\/providers\/([^/]+)\//.exec(file)?.[1];
    const across = imports.filter(({ from, to }) => {
      const [here, there] = [vendor(from), vendor(to)];
      return here !== undefined && there !== undefined && here !== there;
    });
    expect(across).toEqual([]);
  });

  test("the decision is pure: no clock, no chance, no network", () => {
    const pure = source.filter(
      (file) => file.startsWith("workers/project/") && !/\/(object|memory|pay|sockets|index)\.ts$/.test(file),
    );
    const impure = pure.filter((file) =>
      /Date\.now|new Date\(|Math\.random|crypto\.|fetch\(|env\./.test(textOf(file)),
    );
    expect([pure.includes("workers/project/decide.ts"), impure]).toEqual([true, []]);
  });
});

test("the graph is pure: no clock, no chance, no network, no host", () => {
  const impure = source.filter(
    (file) =>
      file.startsWith("graph/") &&
      !file.endsWith(".contract.ts") &&
      /Date\.now|new Date\(\)|Math\.random|await fetch\(|[^"\w]process\.|[^"\w]Buffer\.|from "(node|cloudflare):/.test(
        textOf(file),
      ),
  );
  expect(impure).toEqual([]);
});

test("no circle of files", () => {
  const next = Map.groupBy(
    imports.filter(({ type }) => !type),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    const begin = path.indexOf(file);
    if (begin !== -1) circles.push([...path.slice(begin), file].join(" -> "));
    if (begin !== -1 || done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of source) visit(file, []);
  expect(circles).toEqual([]);
});

test("no file outgrew its noun", () => {
  const lines = (file: string) => textOf(file).split("\n").length - 1;
  expect(source.filter((file) => lines(file) > 300).map((file) => `${file} ${lines(file)}`)).toEqual([]);
  expect(lines("workers/project/object.ts")).toBeLessThanOrEqual(200);
});

test("no room is called after a pattern", () => {
  const named =
    /(^|\/)(utils?|helpers?|shared|services?|types|common|lib)(\/|\.tsx?$)|-(manager|service|util)\.tsx?$/;
  const allowed = ["runner/service.ts"];
  // What a language's types say of its values is a noun there.
  const types = /^graph\/analyzers\/[a-z]+\/types\.ts$/;
  const wrong = source.filter((file) => named.test(file) && !allowed.includes(file) && !types.test(file));
  expect(wrong).toEqual([]);
});
