import { expect, test } from "vitest";
import type { Plan } from "../models/run.ts";
import { runDetail } from "./nouns.fixture.ts";
import { meanwhile, planMark } from "./plan.ts";

const plans: Plan[] = [1, 2].map((version) => ({ version, text: "1. Begin", by: "agent", at: version }));

test("planMark() calls a plan confirmed only when it was", () => {
  const word = (changes: Parameters<typeof runDetail>[0], version = 2) =>
    planMark(runDetail({ plans, ...changes }), version).word;
  expect(word({ phase: "awaiting_confirmation" })).toBe("Waits for you");
  expect(word({ phase: "awaiting_confirmation" }, 1)).toBe("Replaced");
  expect(word({ phase: "executing", plan_version: 2 })).toBe("Confirmed");
  expect(word({ phase: "planning" })).toBe("Another is asked for");
  const reason = { code: "plan_rejected", message: "The plan was rejected by mira" };
  expect(word({ phase: "cancelled", reason })).toBe("Rejected");
  expect(word({ phase: "cancelled" })).toBe("Not confirmed");
});

test("meanwhile() says which version was confirmed elsewhere, and calls nothing confirmed that was not", () => {
  expect(meanwhile(runDetail({ plans, plan_version: 2 }))).toBe("Version 2 was confirmed meanwhile.");
  expect(meanwhile(runDetail({ plans, plan_version: null }))).not.toContain("confirmed");
});
