import { expect, test } from "vitest";
import type { Delivery } from "../../rehearsal/github/index.ts";
import { diceOf } from "../../simulate/dice.ts";
import { sendsOf } from "./sends.ts";

const deliveries = Array.from({ length: 100 }, (_, nth) => ({ guid: `guid-${nth}` }) as Delivery);

test("sendsOf() sends each once as the first, and fills up with duplicates and replays", () => {
  const sends = sendsOf(deliveries, 300, diceOf(1));
  const of = (as: string) => sends.filter((send) => send.as === as);
  expect(sends).toHaveLength(300);
  expect(new Set(of("first").map(({ guid }) => guid)).size).toBe(100);
  expect(of("first")).toHaveLength(100);
  expect(of("duplicate").every(({ guid, delivery }) => guid === delivery.guid)).toBe(true);
  expect(of("replay").every(({ guid, delivery }) => guid !== delivery.guid)).toBe(true);
  expect(Math.min(of("duplicate").length, of("replay").length)).toBeGreaterThan(50);
});

test("sendsOf() sends out of order, differently for another seed and the same for the same", () => {
  const order = (seed: number) => sendsOf(deliveries, 100, diceOf(seed)).map(({ guid }) => guid);
  expect(order(1)).not.toEqual(deliveries.map(({ guid }) => guid));
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
});

test("sendsOf() leaves nothing out when there are more deliveries than sends", () => {
  expect(sendsOf(deliveries, 10, diceOf(1))).toHaveLength(100);
});
