/** What our log keeps of an error holds no secret of a project. */
import { expect, test } from "vitest";
import { complaintOf, givenUp } from "./complaint.ts";

const known = async () => ["hunter2hunter2"];
const unread = async (): Promise<string[]> => {
  throw new Error("D1 is away");
};

test.each([
  ["an error", new TypeError("the host said hunter2hunter2"), known, "the host said ***"],
  ["a text", "hunter2hunter2 is no answer", known, "*** is no answer"],
  [
    "an error while secrets cannot be read",
    new TypeError("hunter2hunter2"),
    unread,
    "TypeError, not in its words: the secrets cannot be read: D1 is away",
  ],
  [
    "a text while secrets cannot be read",
    "hunter2hunter2",
    unread,
    "string, not in its words: the secrets cannot be read: D1 is away",
  ],
])("complaintOf() %s", async (_, thrown, secrets, words) => {
  expect(await complaintOf(thrown, secrets)).toBe(words);
});

test("complaintOf() is no longer than a reason may be, and no secret is cut open", async () => {
  const words = await complaintOf(new Error(`${"x".repeat(995)}hunter2hunter2${"y".repeat(5_000)}`), known);
  expect(words).toBe(`${"x".repeat(995)}***yy…`);
});

test("givenUp() says what was thrown last, where that is known", () => {
  expect(givenUp("push", null)).toBe("The push step failed again and again and was given up");
  expect(givenUp("push", "no disk")).toBe("The push step failed again and again and was given up: no disk");
});
