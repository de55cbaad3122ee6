/** Which code a report has room for, and which files it names. */
import { describe, expect, test } from "vitest";
import { edge, file, fn, readerOf } from "../../../graph/queries/reader.fixture.ts";
import { estimateTokens } from "../../../graph/queries/token-estimate.ts";
import type { StepKind, StepRecord } from "../../../models/step.ts";
import { codeOf } from "./code.ts";
import type { Means } from "./failure.ts";
import type { Diagnosis } from "./read-failure.ts";

function diagnosis(kinds: StepKind[], changes: Partial<Diagnosis> = {}): Diagnosis {
  const steps = kinds.map((kind) => ({ record: { kind } as StepRecord }));
  return { steps, tests: [], allTests: true, stacks: [], messages: [], ...changes };
}

const at = (...places: [string, number][]) =>
  diagnosis(["test"], { stacks: [places.map(([path, line]) => ({ path, line }))] });
const numbered = (lines: number) => Array.from({ length: lines }, (_, nth) => `line ${nth + 1}`).join("\n");
const means = (changes: Partial<Means> = {}): Means => ({ paths: [], budget: 0, ...changes });
const headings = (text: string) => text.match(/(?<=^=== ).*(?= ===$)/gm) ?? [];

describe("without a graph, the lines around places", () => {
  const source = async (path: string) => (path.startsWith("gone") ? undefined : numbered(100));
  const shown = async (found: Diagnosis, room = 10_000) => codeOf(found, means({ source }), room);

  test("are so many before and after", async () => {
    const { text } = await shown(at(["a.js", 50]));
    expect(text).toBe(`=== a.js, from line 38 ===\n${numbered(62).split("\n").slice(37).join("\n")}\n`);
  });

  test.each<[string, [string, number][], string[]]>([
    [
      "are shown once",
      [
        ["a.js", 50],
        ["a.js", 62],
      ],
      ["a.js, from line 38"],
    ],
    [
      "are shown where they are others",
      [
        ["a.js", 50],
        ["a.js", 63],
      ],
      ["a.js, from line 38", "a.js, from line 51"],
    ],
    [
      "of another file are others",
      [
        ["a.js", 50],
        ["b.js", 50],
      ],
      ["a.js, from line 38", "b.js, from line 38"],
    ],
    ["begin at the first line", [["a.js", 3]], ["a.js, from line 1"]],
    [
      "of a file that cannot be read are passed over",
      [
        ["gone.js", 1],
        ["b.js", 5],
      ],
      ["b.js, from line 1"],
    ],
  ])("%s", async (_, places, wanted) => {
    expect(headings((await shown(at(...places))).text)).toEqual(wanted);
  });

  test("are of so many places at most, and of so many as find room", async () => {
    const places = Array.from({ length: 40 }, (_, nth): [string, number] => [`${nth}.js`, 1]);
    const { text, files } = await shown(at(...places));
    expect(headings(text)).toHaveLength(20);
    expect(files).toHaveLength(30);
    const short = await shown(at(...places), 200);
    expect(headings(short.text).length).toBeGreaterThan(0);
    expect(estimateTokens(short.text)).toBeLessThanOrEqual(200);
  });

  test("are none where there is no room, and the files are named all the same", async () => {
    expect(await shown(at(["a.js", 50]), 149)).toEqual({ text: "", files: ["a.js"] });
  });
});

describe("with a graph", () => {
  const paths = Array.from({ length: 40 }, (_, nth) => `parse${nth}.js`);
  const nodes = paths.flatMap((path) => [file(path), fn(path, "parseOrder")]);
  const words = Object.fromEntries(nodes.map(({ id }) => [id, { parse: 1, order: 1 }]));
  const reader = readerOf({ nodes, edges: [], words });
  const source = async () => numbered(100);
  const messages = [{ text: "cannot parse order" }];
  const diff = "--- a/other.js\n+++ b/other.js\n@@ -1 +1 @@\n-a\n+b\n";
  const ROOM = 1_000;
  const used = async (found: Diagnosis, changes: Partial<Means> = {}) =>
    estimateTokens((await codeOf(found, means({ reader, source, ...changes }), ROOM)).text);

  test.each<[string, Partial<Diagnosis>, Partial<Means>]>([
    ["a change", {}, { diff }],
    ["a failing test", { tests: ["parses"] }, {}],
    ["a place", { stacks: [[{ path: "far.yml", line: 1 }]] }, {}],
  ])(
    "what only shares words takes a part of the room, and all of it beside %s",
    async (_, found, changes) => {
      const alone = await used(diagnosis(["test"], { messages }));
      expect(alone).toBeGreaterThan(100);
      expect(alone).toBeLessThanOrEqual(0.3 * ROOM);
      expect(await used(diagnosis(["test"], { messages, ...found }), changes)).toBeGreaterThan(0.3 * ROOM);
    },
  );

  test("what tests run that passed is suspected less, where all that failed are known", async () => {
    const [failing, passing] = ["adds up", "others"].map((docstring, nth) =>
      fn("c.test.js", `<lambda:${nth}:1>`, [nth, nth], { docstring, "x-kind": "test", "x-test": true }),
    );
    const [both, one] = [fn("a.js", "both"), fn("b.js", "one")];
    const calls = [
      [failing, both],
      [failing, one],
      [passing, both],
    ] as const;
    const found = readerOf({
      nodes: [
        ...["a.js", "b.js", "c.test.js"].map((path) => file(path)),
        failing,
        passing,
        both,
        one,
      ].flatMap((node) => node ?? []),
      edges: calls.map(([from, to]) => edge(from?.id ?? "", "CALLS", to.id)),
    });
    const first = async (allTests: boolean) =>
      (
        await codeOf(
          diagnosis(["test"], { tests: ["adds up"], allTests }),
          means({ reader: found, source }),
          ROOM,
        )
      ).files[0];
    expect([await first(true), await first(false)]).toEqual(["b.js", "a.js"]);
  });

  test("names of failing tests are words too", async () => {
    expect(await used(diagnosis(["test"], { tests: ["it can parse an order"] }))).toBeGreaterThan(100);
  });

  test("code that is none is no text", async () => {
    const code = await codeOf(
      diagnosis(["test"], { messages: [{ text: "boom" }] }),
      means({ reader, source }),
      ROOM,
    );
    expect(code).toEqual({ text: "", files: [] });
  });

  test("a set-up that failed without a word about code shows none, unless another step failed beside it", async () => {
    expect(await used(diagnosis(["setup"], { messages }))).toBe(0);
    expect(await used(diagnosis(["setup", "analyze"], { messages }))).toBeGreaterThan(0);
  });

  test("files of stacks are named after those of the code", async () => {
    const stacks = [[{ path: "far.yml", line: 1 }]];
    const { files } = await codeOf(
      diagnosis(["test"], { messages, stacks }),
      means({ reader, source }),
      ROOM,
    );
    expect(files.length).toBeGreaterThan(1);
    expect(files.at(-1)).toBe("far.yml");
  });
});
