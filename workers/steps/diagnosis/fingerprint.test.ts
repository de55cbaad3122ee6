/** The same failure again gives the same, another gives another. */
import { expect, test } from "vitest";
import { type Failing, fingerprint, normal } from "./fingerprint.ts";

const one: Failing = {
  steps: ["test failed", "command_failed"],
  tests: ["cart > adds up", "cart > names what it holds"],
  messages: [{ text: "AssertionError: 5 != 4", path: "src/cart.js", fn: "Cart.total" }],
};
const like = (changes: Partial<Failing>) => fingerprint({ ...one, ...changes });
const said = (text: string) => like({ messages: [{ text, path: "src/cart.js", fn: "Cart.total" }] });

test("the order in which things failed is chance", async () => {
  const tests = one.tests.toReversed();
  expect(await like({ tests })).toBe(await fingerprint(one));
  const messages = [{ text: "a" }, { text: "b" }];
  expect(await like({ messages })).toBe(await like({ messages: messages.toReversed() }));
});

test.each([
  ["lines", "Error at src/cart.js:13:24", "Error at src/cart.js:19:2"],
  ["lines in words", "SyntaxError: line 3, column 5", "SyntaxError: line 12, column 9"],
  ["lines of tsc", "a.ts(3,4): error TS1: no", "a.ts(7,1): error TS1: no"],
  ["lines of eslint", "2:28  error  no-undef", "9:1  error  no-undef"],
  ["addresses", "<Cart object at 0x7feaa271cc90>", "<Cart object at 0x7f2e4fdc4fd0>"],
  ["temporary paths", "ENOENT /tmp/shop-a1B2/x.db", "ENOENT /tmp/shop-Zz99/x.db"],
  ["where the sandbox is", "no /workspace/src/x.js", "no /tmp/tidegate-7/workspace/src/x.js"],
  ["hashes", "at commit 59807616e1fa2540724b", "at commit 0a1b2c3d4e5f60718293"],
  ["ids", "id 123e4567-e89b-12d3-a456-426614174000", "id 00112233-4455-6677-8899-aabbccddeeff"],
  ["durations", "timed out after 5003 ms", "timed out after 5011 ms"],
  ["dates", "at 2026-01-02T03:04:05.678Z", "at 2027-10-12T13:14:15Z"],
  ["ports", "connect ECONNREFUSED 127.0.0.1:34567", "connect ECONNREFUSED 127.0.0.1:40001"],
  ["hosts of previews", "no http://p1x2.preview.test/a.js", "no http://p9.preview.test/a.js"],
  ["numbers of processes", "worker 17 died, pid 4321", "worker 3 died, pid 977"],
  ["threads", "thread 'tests::a' (12272) panicked", "thread 'tests::a' (9) panicked"],
  ["large counters", "request 1234567 failed", "request 7654321 failed"],
])("%s do not count", async (_, before, after) => expect(await said(before)).toBe(await said(after)));

test.each([
  ["another value", "5 !== 4", "3 !== 4"],
  ["another message", "KeyError: 'butter'", "KeyError: 'milk'"],
  ["another kind of error", "TypeError: x", "RangeError: x"],
  ["another file", "Error at src/cart.js:13", "Error at src/till.js:13"],
])("%s counts", async (_, before, after) => expect(await said(before)).not.toBe(await said(after)));

test.each<[string, Partial<Failing>]>([
  ["another step", { steps: ["setup failed", "command_failed"] }],
  ["another reason", { steps: ["test timed_out", "command_timeout"] }],
  ["another failing test", { tests: ["cart > adds up", "cart > is empty"] }],
  ["one failing test less", { tests: ["cart > adds up"] }],
  [
    "another function",
    { messages: [{ text: "AssertionError: 5 != 4", path: "src/cart.js", fn: "Cart.lines" }] },
  ],
  ["another file", { messages: [{ text: "AssertionError: 5 != 4", path: "src/till.js", fn: "Cart.total" }] }],
])("%s counts", async (_, changes) => expect(await like(changes)).not.toBe(await fingerprint(one)));

test("normal() leaves words and small numbers as they are", () => {
  expect(normal("expected 3 items,  got 12 of [1, 2]")).toBe("expected 3 items, got 12 of [1, 2]");
});
