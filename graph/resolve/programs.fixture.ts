import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { walkEcma } from "../analyzers/ecma/analyze.ts";
import { javascript } from "../analyzers/javascript.ts";
import { typescript } from "../analyzers/typescript.ts";
import type { Parsers } from "../parse.ts";
import type { Node, Tree } from "../tree.ts";
import { Outcome, Program, solve } from "./index.ts";
import { nodeModules } from "./modules-node.ts";
import { natives } from "./natives-table.ts";

/** A program of one or more files. `limit` says why it is not followed in full, if it is not. */
export interface Case {
  category: string;
  name: string;
  limit: string;
  files: [path: string, text: string][];
}

/** Reads `=== name (limit)` programs with `--- path` files; a file without path is `main`. */
export function readCases(root: string, main: string): Case[] {
  return readdirSync(root)
    .sort()
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split(/^=== /m)
        .slice(1)
        .map((text) => readCase(file.replace(/\.txt$/, ""), text, main)),
    );
}

function readCase(category: string, text: string, main: string): Case {
  const end = text.indexOf("\n");
  const [, name = "", limit = ""] = /^(.*?)(?: \((.*)\))?$/.exec(text.slice(0, end)) ?? [];
  const parts = text.slice(end + 1).split(/^--- (\S+)\n/m);
  const files: [string, string][] = [];
  if ((parts[0] ?? "").trim() !== "") files.push([main, parts[0] as string]);
  for (let at = 1; at < parts.length; at += 2) files.push([parts[at] as string, parts[at + 1] as string]);
  return { category, name, limit, files };
}

function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

export function parse(parsers: Parsers, path: string, text: string): Tree {
  const ending = path.slice(path.lastIndexOf("."));
  const grammar = javascript.grammars[ending] ?? typescript.grammars[ending];
  const tree = grammar === undefined ? undefined : parsers.parse(grammar, text);
  if (tree === undefined) throw new Error(`Cannot parse "${path}".`);
  return tree;
}

/** Call edges inside the program, read from its text: `main.js::a -> lib.js::b`. */
export function readEdges(parsers: Parsers, one: Case): Set<string> {
  const configs = new Map(one.files.filter(([path]) => path.endsWith(".json")));
  const files = one.files
    .filter(([path]) => isCode(path))
    .map(([path, text]) => {
      const analyzer = /ts$|tsx$/.test(path) ? typescript : javascript;
      return { path, facts: analyzer.analyze(parse(parsers, path, text), path) };
    });
  const program = new Program(files);
  const outcome = new Outcome(
    solve(program, nodeModules(new Set(one.files.map(([path]) => path)), configs), natives),
  );
  const name = (file: number, def: number) => {
    const { path, facts } = files[file] as (typeof files)[number];
    return `${path}::${facts.defs[def]?.qualified ?? "<module>"}`;
  };
  const edges = new Set<string>();
  files.forEach((_file, index) => {
    for (const edge of outcome.of(index).edges) {
      if (edge.type === "CALLS" && edge.file !== -1)
        edges.add(`${withoutConstructor(name(index, edge.from))} -> ${name(edge.file, edge.def)}`);
    }
  });
  return edges;
}

/** Fields are initialised by the constructor for us and by the class for Node. */
function withoutConstructor(name: string): string {
  return name.replace(/\.constructor$/, "");
}

/** A stretch of a file that belongs to one definition. */
interface Region {
  name: string;
  start: number;
  end: number;
  generator: boolean;
}

interface Instrumented {
  text: string;
  source: string;
  regions: Region[];
  /** Offsets at which classes start. */
  classes: Set<number>;
  /** Offset in the source -> what was written there. */
  inserted: [at: number, length: number][];
}

/** What Node did: edges between definitions, and functions entered from nowhere in the program, or when iterated. */
export interface Trace {
  edges: Set<string>;
  loose: Set<string>;
  error: string;
}

/** Runs all programs and gives what each of them did. */
export function traceCases(parsers: Parsers, cases: readonly Case[]): Trace[] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "programs-")));
  try {
    const files = new Map<string, Instrumented>();
    cases.forEach((one, index) => {
      for (const [path, text] of one.files) {
        const place = `${folderOf(index)}/${path}`;
        mkdirSync(dirname(join(folder, place)), { recursive: true });
        const ready = isCode(path) ? instrument(parsers, place, path, text) : undefined;
        if (ready !== undefined) files.set(place, ready);
        writeFileSync(join(folder, place), ready?.text ?? text);
      }
    });
    const runner = fileURLToPath(new URL("trace.fixture.mjs", import.meta.url));
    const said = execFileSync(process.execPath, ["--no-warnings", runner, folder], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const { entries, errors } = JSON.parse(said) as {
      entries: [callee: [string, number], frames: Frame[]][];
      errors: Record<string, string>;
    };
    const traces = cases.map((_one, index) => ({
      edges: new Set<string>(),
      loose: new Set<string>(),
      error: errors[folderOf(index)] ?? "",
    }));
    for (const [[place, index], frames] of entries) take(traces, files, place, index, frames);
    return traces;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Frame = [path: string, line: number, column: number, isConstructor: boolean];

function take(
  traces: Trace[],
  files: ReadonlyMap<string, Instrumented>,
  place: string,
  index: number,
  frames: readonly Frame[],
): void {
  const trace = traces[Number(place.slice(0, 3))] as Trace;
  const region = files.get(place)?.regions[index] as Region;
  const callee = `${place.slice(4)}::${region.name}`;
  const caller = region.generator ? undefined : callerOf(files, frames);
  if (caller === undefined) trace.loose.add(callee);
  else trace.edges.add(`${caller} -> ${callee}`);
}

function callerOf(files: ReadonlyMap<string, Instrumented>, frames: readonly Frame[]): string | undefined {
  for (const [path, line, column, isConstructor] of frames) {
    const file = files.get(path);
    if (file === undefined) return undefined;
    const offset = originalOffset(file, line, column);
    // The constructor that a class has when none is written: who made the object is the caller.
    if (isConstructor && file.classes.has(offset)) continue;
    const around = file.regions.filter((one) => one.start <= offset && offset < one.end).at(-1);
    return withoutConstructor(`${path.slice(4)}::${around?.name ?? "<module>"}`);
  }
  return undefined;
}

/** Where a place (1-based line and column) of the instrumented text was in the source. */
function originalOffset(file: Instrumented, line: number, column: number): number {
  let start = 0;
  for (let left = line - 1; left > 0; left--) start = file.text.indexOf("\n", start) + 1;
  let offset = start + column - 1;
  let shift = 0;
  for (const [at, length] of file.inserted) {
    if (at + shift + length > offset) break;
    shift += length;
  }
  offset -= shift;
  return offset;
}

function folderOf(index: number): string {
  return String(index).padStart(3, "0");
}

/** Writes a call of `__enter` at the start of every function body; no line moves. */
function instrument(parsers: Parsers, place: string, path: string, text: string): Instrumented {
  const tree = parse(parsers, path, text);
  const { owners, writer } = walkEcma(tree, path);
  const regions: Region[] = [];
  const classes = new Set<number>();
  const pieces: { at: number; text: string }[] = [];
  for (const node of [...owners.keys()].sort((left, right) => left - right)) {
    const def = writer.defs[owners.get(node) as number];
    if (def === undefined) continue;
    const body = tree.field(node, "body");
    // What a class extends is evaluated by the code around it.
    const inside = def.type === "class" && body !== -1 ? body : node;
    const region = {
      name: def.qualified,
      start: tree.start(inside),
      end: tree.end(node),
      generator: isGenerator(tree, node),
    };
    const index = regions.push(region) - 1;
    if (def.type === "class") classes.add(tree.start(node));
    if (def.type !== "function" || body === -1) continue;
    const call = `__enter(["${place}",${index}])`;
    if (tree.type(body) === "statement_block") pieces.push({ at: tree.start(body) + 1, text: `${call};` });
    else pieces.push({ at: tree.start(body), text: `(${call},` }, { at: tree.end(body), text: ")" });
  }
  pieces.sort((left, right) => left.at - right.at);
  let written = "";
  let last = 0;
  const inserted: [number, number][] = [];
  for (const piece of pieces) {
    written += text.slice(last, piece.at) + piece.text;
    last = piece.at;
    inserted.push([piece.at, piece.text.length]);
  }
  return { text: written + text.slice(last), source: text, regions, classes, inserted };
}

function isGenerator(tree: Tree, node: Node): boolean {
  for (const child of tree.all(node)) {
    if (tree.fieldOf(child) === "parameters") return false;
    if (tree.type(child) === "*") return true;
  }
  return false;
}
