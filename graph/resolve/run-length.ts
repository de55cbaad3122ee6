import { LAYOUT, Op } from "../facts/index.ts";

/** Words of each op up to its counted tail: its code, a word for each letter, and the count itself for a tail. */
const LENGTHS = LAYOUT.map((letters) => 1 + letters.length);

/** Offset of the op after the one at `at`. */
export function next(ops: Int32Array, at: number): number {
  const op = ops[at] as number;
  let end = at + (LENGTHS[op] as number);
  if (op === Op.CLASS) return end + (ops[at + 3] as number);
  if (op !== Op.CALL) return end;
  for (let left = ops[at + 7] as number; left > 0; left--) end += ops[end] === 2 ? 3 : 2;
  return end;
}
