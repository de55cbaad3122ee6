/** A line of our log is one line, of a length that logs take. */
import { expect, onTestFinished, test, vi } from "vitest";
import { log } from "./log.ts";

test("log() cuts what is long, and says by how much", () => {
  const written = vi.spyOn(console, "log").mockImplementation(() => {});
  onTestFinished(() => written.mockRestore());
  log("step.retried", { error: `\n${"x".repeat(5_000)}`, attempt: 2, reason: null, short: "y" });
  const line = String(written.mock.calls[0]?.[0]);
  expect(line).not.toContain("\n");
  const { error, ...rest } = JSON.parse(line);
  expect(error).toBe(`\n${"x".repeat(1_999)}… 3001 characters left out`);
  expect(rest).toMatchObject({ event: "step.retried", attempt: 2, reason: null, short: "y" });
});
