import { PbfReader } from "pbf";
import { describe, expect, test } from "vitest";
import type { GraphNode } from "../../models/graph.ts";
import type { Part } from "../store.ts";
import { edge, HOSTILE, hostile, node, part, readerOf } from "./exports.fixture.ts";
import { exportScip, type ScipOptions } from "./index.ts";

const OPTIONS: ScipOptions = { root: "file:///home/me/demo", version: "1.2.3" };

interface Occurrence {
  range: number[];
  symbol: string;
  roles: number;
  whole: number[];
}
interface Symbol {
  symbol: string;
  documentation: string[];
  parents: string[];
  kind: number;
  name: string;
  signature: string;
}
interface Document {
  path: string;
  language: string;
  occurrences: Occurrence[];
  symbols: Symbol[];
}
interface Index {
  tool: string;
  root: string;
  documents: Document[];
  externals: Symbol[];
}

const fields = <T>(pbf: PbfReader, start: T, read: (tag: number, into: T, pbf: PbfReader) => void): T =>
  pbf.readMessage(read, start);

function readSymbol(pbf: PbfReader): Symbol {
  const start: Symbol = { symbol: "", documentation: [], parents: [], kind: 0, name: "", signature: "" };
  return fields(pbf, start, (tag, into) => {
    if (tag === 1) into.symbol = pbf.readString();
    if (tag === 3) into.documentation.push(pbf.readString());
    if (tag === 4)
      into.parents.push(
        fields(pbf, { to: "" }, (t, to) => {
          if (t === 1) to.to = pbf.readString();
        }).to,
      );
    if (tag === 5) into.kind = pbf.readVarint();
    if (tag === 6) into.name = pbf.readString();
    if (tag === 7) into.signature = readDocument(pbf).language;
  });
}

function readDocument(pbf: PbfReader): Document {
  return fields(pbf, { path: "", language: "", occurrences: [], symbols: [] } as Document, (tag, into) => {
    if (tag === 1) into.path = pbf.readString();
    if (tag === 2)
      into.occurrences.push(
        fields(pbf, { range: [], symbol: "", roles: 0, whole: [] } as Occurrence, (inner, one) => {
          if (inner === 1) one.range = pbf.readPackedVarint();
          if (inner === 2) one.symbol = pbf.readString();
          if (inner === 3) one.roles = pbf.readVarint();
          if (inner === 7) one.whole = pbf.readPackedVarint();
        }),
      );
    if (tag === 3) into.symbols.push(readSymbol(pbf));
    if (tag === 4) into.language = pbf.readString();
  });
}

async function indexOf(parts: readonly Part[], options = OPTIONS): Promise<Index> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportScip(readerOf(parts), options)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const index: Index = { tool: "", root: "", documents: [], externals: [] };
  const reader = new PbfReader(bytes);
  return reader.readFields((tag, into, pbf) => {
    if (tag === 1)
      fields(pbf, into, (inner) => {
        if (inner === 2)
          fields(pbf, into, (t) => {
            if (t === 1) into.tool = pbf.readString();
          });
        if (inner === 3) into.root = pbf.readString();
      });
    if (tag === 2) into.documents.push(readDocument(pbf));
    if (tag === 3) into.externals.push(readSymbol(pbf));
  }, index);
}

/** A symbol taken apart by SCIP's grammar, or what does not fit. */
function parse(symbol: string): { head: string[]; descriptors: string[] } {
  const head: string[] = [];
  let rest = symbol;
  while (head.length < 4) {
    const found = /^((?:[^ ]| {2})+) (?! )|^((?:[^ ]| {2})+) (?= {2})/.exec(rest);
    if (found === null) throw new Error(`no head in ${JSON.stringify(symbol)}`);
    head.push((found[1] ?? found[2] ?? "").replaceAll("  ", " "));
    rest = rest.slice(found[0].length);
  }
  const descriptors: string[] = [];
  while (rest !== "") {
    const found = /^(?:([\w+$-]+)|`((?:[^`]|``)+)`)(\/|#|\.|:|!|\(([\w+$-]*)\)\.)/.exec(rest);
    if (found === null) throw new Error(`no descriptor in ${JSON.stringify(rest)}`);
    descriptors.push((found[1] ?? (found[2] ?? "").replaceAll("``", "`")) + found[3]);
    rest = rest.slice(found[0].length);
  }
  return { head, descriptors };
}

describe("symbols", () => {
  test("hostile names follow the grammar, each its own", async () => {
    const { documents } = await indexOf(hostile());
    const symbols = documents.flatMap((one) => one.symbols.map(({ symbol }) => symbol));
    expect(new Set(symbols).size).toBe(HOSTILE.length * 3);
    for (const symbol of symbols)
      expect(parse(symbol).head).toEqual(["scip-tidegate", ".", 'de"mo', "abc123"]);
    expect(parse(symbols[2] as string).descriptors).toEqual(["src/", 'quo"te.py/', 'quo"te#', 'quo"te().']);
  });

  test("spaces of the head are doubled, what is empty is a dot", async () => {
    const { documents } = await indexOf([part("a.py", [node("a.py", "file", "")])], {
      ...OPTIONS,
      package: { manager: "", name: "two words", version: "" },
    });
    expect(documents[0]?.symbols[0]?.symbol).toBe("scip-tidegate . two  words . `a.py`/");
  });

  test("repeated definitions, and functions inside functions", async () => {
    const nodes = ["C", "C.m", "C.m#2", "C.m#2.inner"].map((name, at) =>
      node("a.py", at === 0 ? "class" : "function", name),
    );
    const { documents } = await indexOf([part("a.py", nodes)]);
    const found = documents[0]?.symbols.map(({ symbol }) => parse(symbol).descriptors.slice(1).join(""));
    expect(found).toEqual(["C#", "C#m().", "C#m(+1).", "C#m(+1).inner()."]);
  });
});

test("definitions, references, relationships, externals", async () => {
  const outside: GraphNode = {
    id: "external::python::os.path.join",
    type: "external",
    name: "join",
    path: "os",
  };
  const [base, child, run] = [
    node("a.py", "class", "Base", 1),
    { ...node("a.py", "class", "Child", 3), docstring: "Does it." },
    { ...node("a.py", "function", "Child.run", 4), "x-kind": "method", "x-signature": "def run(self)" },
  ] as [GraphNode, GraphNode, GraphNode];
  const file = { ...node("a.py", "file", ""), "x-language": "python", "x-test": true };
  const source = "class Base:\n  pass\nclass Child(Base):\n  def run(self):\n    join(Base())\n";
  const index = await indexOf(
    [
      part("", [outside]),
      part(
        "a.py",
        [file, base, child, run],
        [
          edge(child.id, base.id, "EXTENDS", 3),
          edge(run.id, outside.id, "CALLS", 5),
          edge(run.id, outside.id, "CALLS", 5),
        ],
      ),
    ],
    { ...OPTIONS, source: async () => source },
  );
  expect([index.tool, index.root]).toEqual(["scip-tidegate", OPTIONS.root]);
  expect(index.externals.map(({ symbol }) => symbol)).toEqual(["scip-tidegate pip os . path/join."]);
  const [document] = index.documents;
  expect([document?.path, document?.language]).toEqual(["a.py", "Python"]);
  const short = (symbol: string) => symbol.split("/").at(-1);
  expect(document?.occurrences.map((one) => [short(one.symbol), one.range, one.roles])).toEqual([
    ["", [0, 0, 0], 33],
    ["Base#", [0, 6, 10], 33],
    ["Child#", [2, 6, 11], 33],
    ["Child#run().", [3, 6, 9], 33],
    ["Base#", [2, 12, 16], 40],
    ["join.", [4, 4, 8], 40],
  ]);
  expect(document?.occurrences[3]?.whole).toEqual([3, 0, 4, 16]);
  expect(
    document?.symbols.map((one) => [short(one.symbol), one.kind, one.documentation, one.parents.map(short)]),
  ).toEqual([
    ["", 16, [], []],
    ["Base#", 7, [], []],
    ["Child#", 7, ["Does it."], ["Base#"]],
    ["Child#run().", 26, [], []],
  ]);
});

test("without the text an occurrence is the beginning of its line", async () => {
  const { documents } = await indexOf([part("a.py", [node("a.py", "function", "f", 7)])]);
  expect(documents[0]?.occurrences[0]).toMatchObject({ range: [6, 0, 0], whole: [] });
});
