import { expect, test } from "vitest";
import { edge, file, fn, readerOf } from "./reader.fixture.ts";
import { spectrum } from "./spectrum.ts";

const id = (name: string) => `src/a.ts::function::${name}`;
const calls = (from: string, to: string, more = {}) => edge(id(from), "CALLS", id(to), more);
const NAMES = ["fails", "failsToo", "passes", "entry", "faulty", "shared", "deep", "fine", "maybe", "mutual"];
const reader = readerOf({
  nodes: [file("src/a.ts"), ...NAMES.map((name) => fn("src/a.ts", name))],
  edges: [
    calls("fails", "entry"),
    calls("failsToo", "entry"),
    calls("entry", "faulty"),
    calls("entry", "shared"),
    calls("faulty", "deep"),
    calls("deep", "mutual"),
    calls("mutual", "deep"),
    calls("passes", "fine"),
    calls("passes", "shared"),
    calls("entry", "maybe", { "x-confidence": "ambiguous" }),
    edge(id("entry"), "CALLS", "external::python::os.open"),
  ],
});
const scores = async (failing: string[], passing: string[]) => {
  const { suspected: found } = await spectrum(
    reader,
    failing.map((name) => ({ id: id(name) })),
    passing.map(id),
  );
  return (name: string) => found.get(id(name)) ?? 0;
};

test("spectrum() suspects what failing tests run more than what passing ones run too", async () => {
  const of = await scores(["fails", "failsToo"], ["passes"]);
  expect(of("faulty")).toBeGreaterThan(of("shared"));
  expect(of("entry")).toBeGreaterThan(of("shared"));
  expect(of("shared")).toBeGreaterThan(0);
  expect(of("fine")).toBe(0);
});

test("spectrum() suspects what is near more than what is far, and sure calls more than guesses", async () => {
  const of = await scores(["fails"], []);
  expect(of("entry")).toBe(1);
  expect(of("faulty")).toBeLessThan(of("entry"));
  expect(of("deep")).toBeLessThan(of("faulty"));
  expect(of("mutual")).toBeGreaterThan(0);
  expect(of("maybe")).toBeLessThan(of("shared"));
});

test("spectrum() suspects no test, nothing outside, and nothing without a failure", async () => {
  const of = await scores(["fails"], ["passes"]);
  expect([of("fails"), of("passes")]).toEqual([0, 0]);
  const all = await spectrum(reader, [{ id: id("fails") }], []);
  expect([...all.suspected.keys()].filter((key) => key.startsWith("external"))).toEqual([]);
  expect((await spectrum(reader, [], [id("passes")])).suspected).toEqual(new Map());
});
