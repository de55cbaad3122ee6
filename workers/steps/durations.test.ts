/** What passed too fast to be believed. */
import { expect, test } from "vitest";
import type { CommandEvidence, StepKind } from "../../models/step.ts";
import { suspicionOf, tookMs } from "./durations.ts";

const ran = (duration_ms: number, end = "exited"): CommandEvidence => ({
  ...{ command: "npm test", exit_code: 0, end, signal: null, duration_ms, peak_memory_bytes: 1 },
});
const left = (...ms: number[]) => ({ duration_ms: 1_000_000, commands: ms.map((one) => ran(one)) });
const history = (...ms: number[]) => ms.map((one) => left(one));
const FORTY = history(40_000, 40_000, 40_000, 40_000, 40_000);

test.each<[string, StepKind, number[], ReturnType<typeof history>, boolean]>([
  ["3 ms of usually 40 s", "test", [3], FORTY, true],
  ["the same of set-up", "setup", [3], FORTY, true],
  ["1 % exactly", "test", [400], FORTY, false],
  ["just below 1 %", "test", [399], FORTY, true],
  ["two commands that are 1 % together", "test", [200, 200], FORTY, false],
  ["as usual", "test", [41_000], FORTY, false],
  ["too short a history", "test", [3], FORTY.slice(1), false],
  ["no history", "test", [3], [], false],
  ["a history of quick steps", "test", [3], history(9_999, 9_999, 9_999, 9_999, 9_999), false],
  ["a history that is just long enough", "test", [3], history(10_000, 10_000, 10_000, 10_000, 10_000), true],
  ["a history with a few slow ones", "test", [3], history(5, 5, 5, 40_000, 40_000), false],
  ["a history with a few quick ones", "test", [3], history(5, 5, 40_000, 40_000, 40_000), true],
  ["an even history, by the middle of its two", "test", [3], history(1, 1, 1, 30_000, 30_000, 30_000), true],
  ["an even history, by the lower of it", "test", [3], history(1, 1, 1, 1, 30_000, 30_000), false],
])("%s", (_, kind, took, earlier, suspicious) => {
  const found = suspicionOf({ kind, evidence: left(...took) }, earlier);
  if (suspicious)
    expect(found).toMatchObject({ code: "suspicious_duration", message: expect.stringContaining(kind) });
  else expect(found).toBeNull();
});

test("what was restored took no time, and makes no history", () => {
  const restored = { commands: [ran(0, "restored")] };
  expect([tookMs(restored), tookMs({ commands: [] }), tookMs({})]).toEqual([null, null, null]);
  expect(suspicionOf({ kind: "setup", evidence: { duration_ms: 1, ...restored } }, FORTY)).toBeNull();
  expect(suspicionOf({ kind: "setup", evidence: left(3) }, [...FORTY.slice(1), restored])).toBeNull();
  expect(suspicionOf({ kind: "setup", evidence: null }, FORTY)).toBeNull();
});
