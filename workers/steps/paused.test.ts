/** When an order that GitHub's limits put off comes again. */
import { expect, test } from "vitest";
import { delayUntil } from "./paused.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;

test.each([
  ["never before the pause is over", 20 * MINUTE, 0, 20 * 60],
  ["in whole seconds, not before either", 1_001, 0, 2],
  ["the last of a crowd a tenth of it later", 20 * MINUTE, 1, 22 * 60],
  ["at once when it is over already", -MINUTE, 1, 0],
  ["as late as queues keep a message, and then it looks again", 30 * 60 * MINUTE, 0, 12 * 60 * 60],
])("delayUntil(): %s", (_, rest, chance, seconds) => {
  expect(delayUntil(NOW + rest, NOW, chance)).toBe(seconds);
});
