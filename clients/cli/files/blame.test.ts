import { expect, test } from "vitest";
import { blameLines } from "./blame.ts";

const [one, none] = ["a".repeat(40), "0".repeat(40)];

test("lines by their commits; code that looks like a header is code, uncommitted lines have none", () => {
  const text = [
    `${one} 1 1 2`,
    "author Ada L",
    "author-mail <a@b>",
    "author-time 1700000000",
    "filename a.py",
    `\t${"b".repeat(40)} 1 9`,
    `${one} 2 2`,
    "\tauthor Eve",
    `${none} 3 3 1`,
    "author Not Committed Yet",
    "author-time 1800000000",
    "\tx",
    "",
  ].join("\n");
  const blame = { author: "Ada L", commit: one, at: "2023-11-14T22:13:20.000Z" };
  expect(blameLines(text)).toEqual([undefined, blame, blame, undefined]);
});
