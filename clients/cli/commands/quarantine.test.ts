/** The list of flaky tests from a terminal, against a small Tidegate. */
import { expect, test } from "vitest";
import { useCommand } from "../runs/command.fixture.ts";
import { expiryOf } from "./quarantine.ts";

const { stage, tidegate } = useCommand();
const WHO = ["--owner", "mira", "--reason", "#12, a race"];

test("a test is put on the list, shown and taken off again, whatever its name", async () => {
  const name = "cart › it's 50 % & more";
  const added = await tidegate(["quarantine", "add", name, ...WHO, "--until", "2999-12-31"]);
  expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining("is on the list") });
  const expires_at = Date.parse("2999-12-31T23:59:59.999Z");
  expect(stage.small.quarantine).toEqual([{ test: name, owner: "mira", reason: "#12, a race", expires_at }]);
  stage.small.quarantine.push({ test: "old", owner: "leo", reason: "gone", expires_at: 5 });
  const { stdout } = await tidegate(["quarantine", "list"]);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["test", "counts", "owner", "reason"],
    [name, "until 2999-12-31", "mira", "#12, a race"],
    ["old", "expired 1970-01-01", "leo", "gone"],
    [""],
  ]);
  expect((await tidegate(["quarantine", "remove", name])).code).toBe(0);
  expect(stage.small.quarantine.map((one) => one.test)).toEqual(["old"]);
});

test("an entry is renewed in its place; who mends it and why stay where nothing else is said", async () => {
  const entry = { owner: "mira", reason: "a race" };
  stage.small.quarantine.push({ test: "old", ...entry, expires_at: 5 });
  const renew = (...more: string[]) => tidegate(["quarantine", "renew", "old", ...more]);
  expect((await renew()).code).toBe(2);
  const renewed = await renew("--until", "2999-12-31");
  expect(renewed).toMatchObject({ code: 0, stderr: expect.stringContaining('"old" stays on the list') });
  const expires_at = Date.parse("2999-12-31T23:59:59.999Z");
  expect(stage.small.quarantine).toEqual([{ test: "old", ...entry, expires_at }]);
  expect((await renew("--until", "2999-12-31", "--owner", "leo")).code).toBe(0);
  expect(stage.small.quarantine).toMatchObject([{ owner: "leo", reason: "a race" }]);
  const other = await tidegate(["quarantine", "renew", "new", "--days", "3"]);
  expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining("on the quarantine list") });
});

test("nothing is flaky for ever, and a day is a day", async () => {
  const forever = await tidegate(["quarantine", "add", "a", ...WHO]);
  expect(forever).toMatchObject({ code: 2, stderr: expect.stringContaining("Say until when") });
  expect(stage.small.quarantine).toEqual([]);
  expect(() => expiryOf({ days: undefined, until: "soon" }, 0)).toThrow("must be a day");
  expect(() => expiryOf({ days: undefined, until: "2026-13-01" }, 0)).toThrow("must be a day");
  expect(expiryOf({ days: 30, until: undefined }, 1_000)).toBe(30 * 86_400_000 + 1_000);
});

test("what is to be done must be named", async () => {
  expect((await tidegate(["quarantine"])).code).toBe(2);
});
