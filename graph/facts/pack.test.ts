import { expect, test } from "vitest";
import { randomOf } from "../store.fixture.ts";
import type { Def, Facts, Unit } from "./facts.ts";
import { Arg, CallFlag, LoadFlag, Param, Shape, UnitFlag } from "./ops.ts";
import { packFacts, unpackFacts } from "./pack.ts";
import { Writer } from "./writer.ts";

const TEXTS = [
  "",
  "run",
  "Helper.run",
  "日本",
  "🙂\ud83d",
  "\ud800",
  "\ufeffbom",
  "a\0b",
  'it\'s "quoted"\n',
  "é".repeat(90),
];
type Random = (n: number) => number;

/** Any number an int32 can hold, small ones most often. */
function anyInt(random: Random): number {
  return [random(5) - 2, random(200), random(70_000), random(2 ** 32) | 0][random(4)] as number;
}

/** Facts that a writer would make. */
function written(seed: number, size: number): Facts {
  const random = randomOf(seed);
  const text = () => (random(3) === 0 ? `word${random(60)}` : (TEXTS[random(TEXTS.length)] as string));
  const writer = new Writer();
  const words: Map<string, number>[] = [new Map()];
  const variable = () => random(writer.variable() + 1);
  for (let i = 0; i < size; i++) {
    if (random(6) === 0) words.push(define(writer, random, text));
    writer.line = Math.max(1, writer.line + random(9) - 2);
    writer.column = random(200);
    oneOp(writer, random, text, variable);
  }
  writer.imports.push({ specifier: text(), line: random(99), name: text(), typeOnly: random(2) === 0 });
  writer.findings.push({
    rule: text(),
    severity: "note",
    message: text(),
    lines: [random(9), 9 + random(9)],
  });
  return writer.finish({
    analyzer: "python@1",
    language: "python",
    docstring: text(),
    package: text(),
    lines: size,
    sloc: random(size + 1),
    mark: random(2) === 0 ? "" : "generated",
    trouble: "syntax",
    words,
  });
}

function define(writer: Writer, random: Random, text: () => string): Map<string, number> {
  const type = random(2) === 0 ? "class" : "function";
  const owner = random(writer.defs.length + 1) - 1;
  const def: Omit<Def, "qualified"> = {
    type,
    kind: type,
    name: text(),
    owner,
    lines: [writer.line, writer.line + random(40)],
    docstring: text(),
    signature: text(),
    exported: random(2) === 0,
    test: random(2) === 0,
    cyclomatic: random(9),
    cognitive: random(400),
    sloc: random(50),
    volume: [random(9), random(99_999) / 100, random(1e6) / 7, Number.NaN, -0, Infinity][random(6)] as number,
  };
  const nth = writer.define(def, random(3) === 0 ? text() : (writer.defs[owner]?.qualified ?? ""));
  writer.unit = writer.open(nth, type === "class" ? UnitFlag.CLASS : UnitFlag.GENERATOR | UnitFlag.ASYNC);
  for (let i = random(4); i > 0; i--) writer.param(writer.unit, text(), Param.REST, random(3) - 1);
  return new Map(Array.from({ length: random(9) }, () => [text(), 1 + random(3) * random(500)]));
}

function oneOp(writer: Writer, random: Random, text: () => string, variable: () => number): void {
  const a = variable();
  const b = variable();
  const ways = [
    () => writer.copy(a, b),
    () => writer.class(random(writer.units.length), [a, b]),
    () => writer.make(Shape.DICT),
    () => writer.load(a, text(), LoadFlag.BIND),
    () => writer.store(a, text(), b),
    () => writer.putBy(a, b, a),
    () =>
      writer.call(
        a,
        [b, { kind: Arg.NAMED, name: text(), value: b }, { kind: Arg.SPREAD, value: a }],
        text(),
        CallFlag.NEW,
      ),
    () => writer.call(b, [], text()),
    () => writer.star(text()),
    () => writer.result(b),
  ];
  (ways[random(ways.length)] as () => void)();
}

/** Facts that no writer would make: numbers at their limits, ops without sense. */
function scrambled(seed: number): Facts {
  const random = randomOf(seed);
  const int = () => anyInt(random);
  const ints = () => Int32Array.from({ length: random(300) }, int);
  const facts = written(seed, 40);
  const unit = (): Unit => ({
    def: int(),
    parent: int(),
    flags: int(),
    params: [{ name: int(), variable: int(), kind: int(), fallback: random(9) - 4 }],
    self: int(),
    result: int(),
    start: random(1e6),
    end: random(1e6),
  });
  const strings = ["twice", "twice", "", ""];
  return { ...facts, strings, variables: ints(), ops: ints(), units: [unit(), unit()] };
}

test("facts come back exactly as they were", () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`SEED=${seed}`);
  for (let round = 0; round < 150; round++) {
    for (const facts of [written(seed + round, randomOf(seed + round)(400)), scrambled(seed + round)]) {
      const back = unpackFacts(packFacts(facts));
      expect(back).toEqual(facts);
      expect(back.words.map((counts) => [...counts])).toEqual(facts.words.map((counts) => [...counts]));
    }
  }
});

test("ops that follow the layout take fewer bytes than those that do not", () => {
  const facts = written(6, 2_000);
  const shaped = packFacts(facts).length;
  const bare = packFacts({ ...facts, ops: Int32Array.of(...facts.ops, 0) }).length;
  expect(shaped).toBeLessThan(bare - facts.ops.length / 8);
});

test("the same facts give the same bytes", () => {
  expect(packFacts(written(4, 300))).toEqual(packFacts(written(4, 300)));
});

test("facts of another version are told", () => {
  const bytes = packFacts(written(1, 30));
  bytes[0] = 99;
  expect(() => unpackFacts(bytes)).toThrow(
    "These facts have version 99, not 1. Remove them, and they are made anew.",
  );
});

test("facts that were cut off are told, wherever the cut is", () => {
  const bytes = packFacts(written(2, 60));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => unpackFacts(bytes.subarray(0, length)), `${length} of ${bytes.length}`).toThrow(/damaged/);
  }
  expect(() => unpackFacts(Uint8Array.of(...bytes, 0))).toThrow("they do not end where they should");
});

test("whatever the bytes are, reading ends, and takes no memory that they do not fill", () => {
  const random = randomOf(9);
  const bytes = packFacts(written(3, 60));
  for (let round = 0; round < 3_000; round++) {
    const spoilt = bytes.slice();
    for (let i = 1 + random(3); i > 0; i--) spoilt[1 + random(spoilt.length - 1)] = random(256);
    try {
      unpackFacts(spoilt);
    } catch (error) {
      expect(String(error)).toMatch(/^Damaged: These bytes are damaged/);
    }
  }
});
