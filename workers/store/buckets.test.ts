/** Pauses and turns of the buckets, in a real D1 and in a time of its own. */
import { expect, test } from "vitest";
import { bucketsIn } from "./buckets.ts";
import { useD1 } from "./d1.fixture.ts";

const stage = useD1();
const pace = { spacing_ms: 1_000, patience_ms: 3_000 };
const backoff = { first_ms: 60_000, most_ms: 300_000, forget_ms: 600_000 };
const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
/** When an order comes again that was carried out. */
const END = Number.POSITIVE_INFINITY;

let nth = 0;
/** A bucket that nobody knows yet; all times are told from noon on. */
function bucket(name = `installation ${nth++}`) {
  const buckets = bucketsIn(stage.db);
  const after = (at: number) => at - NOON;
  return {
    name,
    until: async () => after(await buckets.pausedUntil(name)),
    pause: async (at: number, until: number | null) =>
      after(await buckets.pause(name, until === null ? null : NOON + until, backoff, NOON + at)),
    async write(at: number) {
      const claimed = await buckets.claimWrite(name, pace, NOON + at);
      return "at" in claimed ? { at: after(claimed.at) } : { until: after(claimed.until) };
    },
  };
}

test("a bucket that nobody wrote down is not paused", async () => {
  expect(await bucketsIn(stage.db).pausedUntil("nobody")).toBe(0);
});

test.each([
  ["a time is obeyed", [[0, 20 * MINUTE, 20 * MINUTE]]],
  ["no time is a minute", [[0, null, MINUTE]]],
  [
    "a refusal soon after the end of the last pause makes it twice as long, up to a bound",
    [
      [0, null, MINUTE],
      [MINUTE, null, 3 * MINUTE],
      [3 * MINUTE, null, 7 * MINUTE],
      [7 * MINUTE, null, 12 * MINUTE],
      [12 * MINUTE, null, 17 * MINUTE],
    ],
  ],
  [
    "requests that were under way together count once",
    [
      [0, null, MINUTE],
      [50, null, MINUTE + 50],
      [90, null, MINUTE + 90],
      [MINUTE + 90, null, 3 * MINUTE + 90],
    ],
  ],
  [
    "long after the last pause it begins anew",
    [
      [0, null, MINUTE],
      [12 * MINUTE, null, 13 * MINUTE],
    ],
  ],
  [
    "a shorter pause does not end a longer one",
    [
      [0, 20 * MINUTE, 20 * MINUTE],
      [10, 5 * MINUTE, 20 * MINUTE],
      [20, null, 20 * MINUTE],
    ],
  ],
] as [string, [number, number | null, number][]][])("pause(): %s", async (_, refusals) => {
  const one = bucket();
  for (const [at, until, end] of refusals) expect(await one.pause(at, until)).toBe(end);
  expect(await one.until()).toBe(refusals.at(-1)?.[2]);
});

test("claimWrite(): an idle bucket waits for nothing, others stand in a row, and who would wait long comes again", async () => {
  const one = bucket();
  const claims = [];
  for (let count = 0; count < 8; count++) claims.push(await one.write(0));
  expect(claims).toEqual([
    ...[{ at: 0 }, { at: 1_000 }, { at: 2_000 }, { at: 3_000 }],
    ...[{ until: 4_000 }, { until: 5_000 }, { until: 6_000 }, { until: 7_000 }],
  ]);
  // Who comes again at its time finds the row short enough; an idle bucket has forgotten the row.
  expect(await one.write(5_000)).toEqual({ at: 5_000 });
  expect(await one.write(60_000)).toEqual({ at: 60_000 });
});

test("claimWrite(): twenty at once get twenty turns, a second apart", async () => {
  const one = bucket();
  await one.write(0);
  const wide = { ...pace, patience_ms: 60_000 };
  const claims = await Promise.all(
    Array.from({ length: 20 }, () => bucketsIn(stage.db).claimWrite(one.name, wide, NOON)),
  );
  const turns = claims.map((claim) => ("at" in claim ? claim.at - NOON : -1)).sort((a, b) => a - b);
  expect(turns).toEqual(Array.from({ length: 20 }, (_, index) => (index + 1) * 1_000));
});

test("claimWrite(): of many that come at once each gets its turn, in time and without asking often", async () => {
  const buckets = bucketsIn(stage.db);
  const [name, patience_ms] = [`crowd ${nth++}`, 2_000];
  const orders = Array.from({ length: 40 }, () => ({ at: 0, asked: 0 }));
  const turns: number[] = [];
  for (let waiting = orders; waiting.length > 0; waiting = orders.filter(({ at }) => at !== END)) {
    const next = waiting.reduce((first, one) => (one.at < first.at ? one : first));
    const claimed = await buckets.claimWrite(name, { spacing_ms: 1_000, patience_ms }, NOON + next.at);
    next.asked += 1;
    if ("at" in claimed) turns.push(claimed.at - NOON);
    next.at = "at" in claimed ? END : claimed.until - NOON;
  }
  expect(turns).toEqual(orders.map((_, index) => index * 1_000));
  expect(Math.max(...orders.map(({ asked }) => asked))).toBeLessThanOrEqual(2);
});

test("claimWrite(): a pause takes no turns and gives none, and is nothing to another bucket", async () => {
  const [one, other] = [bucket(), bucket()];
  await one.pause(0, 20 * MINUTE);
  expect([await one.write(0), await one.write(0)]).toEqual([{ until: 20 * MINUTE }, { until: 20 * MINUTE }]);
  expect(await other.write(0)).toEqual({ at: 0 });
  expect(await one.write(20 * MINUTE)).toEqual({ at: 20 * MINUTE });
});
