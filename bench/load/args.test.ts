import { expect, test } from "vitest";
import { readArgs } from "./args.ts";

test("readArgs() takes what is given, and the usual for the rest", () => {
  expect(readArgs([])).toEqual({ deliveries: 5_000, pulls: 300, sockets: 1_000, seed: 1 });
  expect(readArgs(["--deliveries", "20", "--pulls=2", "--sockets", "0", "--seed", "7"])).toEqual({
    deliveries: 20,
    pulls: 2,
    sockets: 0,
    seed: 7,
  });
});

test.each([
  [["--deliveries", "many"], 'Cannot take --deliveries "many": it must be a whole number from 1 to 100000'],
  [["--pulls", "0"], 'Cannot take --pulls "0"'],
  [["--sockets", "-1"], "--sockets"],
  [["--seed", "1.5"], 'Cannot take --seed "1.5"'],
  [["--deliveries", "20"], "must be 2400 at least, or --pulls 2 at most"],
  [["--loud"], "Unknown option '--loud'"],
  [["200"], "Unexpected argument '200'"],
])("readArgs() refuses %j and says why", (argv, why) => {
  expect(() => readArgs(argv)).toThrow(why);
});
