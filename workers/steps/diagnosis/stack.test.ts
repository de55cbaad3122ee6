/** What stays of a stack: the project's own frames, and how many others there were. */
import { expect, test } from "vitest";
import { trimStacks } from "./stack.ts";

const find = (path: string) => (path.startsWith("src/") ? path : undefined);
const own = "    at total (src/cart.js:3:7)";
const other = (line: number) => `    at run (/usr/lib/runner.js:${line}:1)`;
const nowhere = "    at Array.map (<anonymous>)";

test.each<[string, string[], string[]]>([
  ["a frame alone between one's own", [own, other(1), own], [own, other(1), own]],
  [
    "of frames outside, their number",
    ["boom", own, other(1), nowhere],
    ["boom", own, "    … 2 frames outside the project"],
  ],
  [
    "of a stack all outside, its first frames",
    ["boom", ...[1, 2, 3, 4].map(other)],
    ["boom", ...[1, 2, 3].map(other), "    … 1 frame outside the project"],
  ],
  ["of a short one, all", ["boom", other(1), other(2)], ["boom", other(1), other(2)]],
  ["of several blank lines, one", ["boom", "", "", own], ["boom", "", own]],
  [
    "a line above a frame of JavaScript",
    [own, "Cart(1)", other(1), other(2)],
    [own, "Cart(1)", "    … 2 frames outside the project"],
  ],
  [
    "of Go, no name above what is left out",
    [
      "shop.Total(0x1)",
      "\tsrc/cart.go:25 +0x1d",
      "testing.tRunner(0x1, 0x2)",
      "\t/usr/lib/go/testing.go:1 +0x1",
      "created by testing.(*T).Run",
      "\t/usr/lib/go/testing.go:9 +0x1",
    ],
    ["shop.Total(0x1)", "\tsrc/cart.go:25 +0x1d", "… 2 frames outside the project"],
  ],
  [
    "of Go, a line that is no name",
    ["\tsrc/cart.go:25 +0x1d", "boom", "\t/usr/lib/a.go:1 +0x1", "x.Run(0x1)", "\t/usr/lib/b.go:9 +0x1"],
    ["\tsrc/cart.go:25 +0x1d", "boom", "\t… 2 frames outside the project"],
  ],
  [
    "of Rust, no name above what is left out",
    [
      "   4: shop::total",
      "             at src/lib.rs:5:3",
      "   5: core::panicking::panic",
      "             at /rustc/panicking.rs:5:3",
    ],
    ["   4: shop::total", "             at src/lib.rs:5:3", "   … 1 frame outside the project"],
  ],
  [
    "of Python, no code below what is left out",
    [
      '  File "src/cart.py", line 3, in read',
      "    load(text)",
      '  File "/usr/lib/json.py", line 9, in loads',
      "    return decode(text)",
      "           ^^^^^^",
      "ValueError: no",
    ],
    [
      '  File "src/cart.py", line 3, in read',
      "    load(text)",
      "  … 1 frame outside the project",
      "ValueError: no",
    ],
  ],
  [
    "what stands below a frame of JavaScript",
    [own, other(1), other(2), "        code: 5"],
    [own, "    … 2 frames outside the project", "        code: 5"],
  ],
])("trimStacks() keeps %s", (_, lines, kept) => expect(trimStacks(lines, find)).toEqual(kept));
