import { Op } from "../facts/index.ts";

/** Words of each op up to its counted tail. */
const LENGTHS = [0, 3, 3, 4, 3, 6, 5, 5, 5, 5, 5, 8, 2, 2, 4, 3, 4, 5, 3, 3, 4, 4, 3, 3, 3, 2];

/** Offset of the op after the one at `at`. */
export function next(ops: Int32Array, at: number): number {
  const op = ops[at] as number;
  let end = at + (LENGTHS[op] as number);
  if (op === Op.CLASS) return end + (ops[at + 3] as number);
  if (op !== Op.CALL) return end;
  for (let left = ops[at + 7] as number; left > 0; left--) end += ops[end] === 2 ? 3 : 2;
  return end;
}
