import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { python } from "../analyzers/python.ts";
import type { Def } from "../facts/index.ts";
import { Parsers } from "../parse.ts";
import { Outcome, Program, solve } from "./index.ts";
import { pythonModules } from "./modules-python.ts";
import { natives } from "./natives-table.ts";
import { type Case, readCases } from "./programs.fixture.ts";

/**
 * What a program of several files calls, found by reading it, against what Python itself calls when it runs. The
 * programs are in `programs-python/`; `=== name` begins one, `--- path` a file of it. `=== name (reason)` is a program
 * of which we know that it is not followed in full.
 */

type Place = [path: string, qualname: string, first: number, last: number];
interface Trace {
  edges: [from: Place, to: Place][];
  error: string;
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const cases = readCases(join(HERE, "programs-python"), "main.py");
let parsers: Parsers;
let traces: Record<string, Trace>;
let folder: string;

beforeAll(async () => {
  parsers = await Parsers.open(grammars);
  await parsers.load("python");
  folder = mkdtempSync(join(tmpdir(), "python-programs-"));
  cases.forEach((one, index) => {
    for (const [path, text] of one.files) {
      const place = join(folder, folderOf(index), path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
  });
  const said = execFileSync("python3", ["-B", join(HERE, "trace.fixture.py"), folder], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  traces = JSON.parse(said) as Record<string, Trace>;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const total = { right: 0, wrong: 0, missing: 0 };

for (const category of new Set(cases.map((one) => one.category))) {
  describe(category, () => {
    cases.forEach((one, index) => {
      if (one.category !== category) return;
      test(one.name, () => {
        const trace = traces[folderOf(index)] as Trace;
        expect(trace.error).toBe("");
        const { edges, defs } = read(one);
        const expected = new Set(trace.edges.flatMap((edge) => written(edge, defs)));
        const missing = [...expected].filter((edge) => !edges.has(edge)).sort();
        const extra = [...edges].filter((edge) => !expected.has(edge)).sort();
        total.right += expected.size - missing.length;
        total.missing += missing.length;
        total.wrong += extra.length;
        expect(expected.size).toBeGreaterThan(0);
        if (one.limit === "") expect({ missing, extra }).toEqual({ missing: [], extra: [] });
      });
    });
  });
}

test("all programs together: precision of 0.98, recall of 0.96", () => {
  const precision = total.right / (total.right + total.wrong);
  const recall = total.right / (total.right + total.missing);
  console.log(JSON.stringify({ ...total, precision, recall }));
  expect(precision).toBeGreaterThanOrEqual(0.98);
  expect(recall).toBeGreaterThanOrEqual(0.96);
});

function folderOf(index: number): string {
  return String(index).padStart(3, "0");
}

/** The call edges that are read from the text, and all definitions. */
function read(one: Case): { edges: Set<string>; defs: Map<string, readonly Def[]> } {
  const files = one.files.map(([path, text]) => {
    const tree = parsers.parse("python", text);
    if (tree === undefined) throw new Error(`Cannot parse "${path}".`);
    return { path, facts: python.analyze(tree, path) };
  });
  const program = new Program(files);
  const outcome = new Outcome(
    solve(program, pythonModules(new Set(files.map((file) => file.path))), natives),
  );
  const edges = new Set<string>();
  const name = (file: number, def: number) => {
    const { path, facts } = files[file] as (typeof files)[number];
    return `${path}::${facts.defs[def]?.qualified ?? "<module>"}`;
  };
  files.forEach((_file, index) => {
    for (const edge of outcome.of(index).edges) {
      if (edge.type !== "CALLS" || edge.file === -1) continue;
      edges.add(`${lambdaLine(name(index, edge.from))} -> ${lambdaLine(name(edge.file, edge.def))}`);
    }
  });
  return { edges, defs: new Map(files.map((file) => [file.path, file.facts.defs])) };
}

/** Python knows the line of a lambda, not its column. */
function lambdaLine(name: string): string {
  return name.replace(/<lambda:(\d+):\d+>/g, "<lambda:$1>");
}

/** An edge of the trace in our words; none for bodies of modules and classes, and for comprehensions. */
function written([from, to]: Trace["edges"][number], defs: ReadonlyMap<string, readonly Def[]>): string[] {
  if (/<(module|listcomp|genexpr|setcomp|dictcomp)>$/.test(to[1])) return [];
  const target = nameOf(to, defs);
  const def = defs.get(to[0])?.find((one) => `${to[0]}::${one.qualified}` === target);
  if (def?.type === "class") return [];
  return [`${lambdaLine(nameOf(from, defs))} -> ${lambdaLine(target)}`];
}

function nameOf([path, qualname, first, last]: Place, defs: ReadonlyMap<string, readonly Def[]>): string {
  const plain = qualname
    .replace(/\.<locals>/g, "")
    .replace(/\.?<(listcomp|genexpr|setcomp|dictcomp)>/g, "")
    .replace(/^\./, "");
  if (plain === "<module>" || plain === "") return `${path}::<module>`;
  const depth = plain.split(".").length;
  const own = plain.split(".").at(-1) as string;
  const inside = qualname.endsWith("comp>") || qualname.endsWith("genexpr>");
  const found = (defs.get(path) ?? []).filter((def) => {
    const names = def.qualified.replace(/#\d+/g, "").replace(/<lambda:\d+:\d+>/g, "<lambda>");
    const fits = inside ? def.lines[0] <= first : def.lines[0] >= first;
    return names === plain && def.qualified.split(".").length >= depth && fits && def.lines[1] >= last;
  });
  const best = inside ? found.at(-1) : found[0];
  return `${path}::${best?.qualified ?? `${own}?${qualname}`}`;
}
