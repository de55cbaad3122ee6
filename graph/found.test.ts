import { expect, test } from "vitest";
import { Found } from "./found.ts";
import type { ResolvedEdge } from "./resolve/index.ts";

const call = (def: number): ResolvedEdge => ({
  from: 0,
  type: "CALLS",
  line: 3,
  confidence: "exact",
  file: 1,
  def,
  outside: "",
  kind: "",
});
const lost = { from: 0, line: 3, text: "b", reason: "dynamic" } as const;

test("a call that could not be followed is told beside one of the same line that could", () => {
  const found = new Found(2);
  found.add(0, [call(4)]);
  found.lose(0, [lost]);
  expect(found.of(0)).toEqual({ edges: [call(4)], lost: [lost] });
});

test("what another piece knows of the line is taken for the answer", () => {
  const found = new Found(2);
  found.add(0, [call(4)], true);
  found.lose(0, [lost]);
  expect(found.of(0)).toEqual({ edges: [call(4)], lost: [] });
});
