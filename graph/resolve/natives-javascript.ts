import type { NativeTable } from "./natives.ts";
import { listNatives } from "./natives-javascript-lists.ts";
import { mapNatives } from "./natives-javascript-maps.ts";
import { objectNatives } from "./natives-javascript-objects.ts";
import { packageNatives } from "./natives-javascript-packages.ts";
import { promiseNatives } from "./natives-javascript-promises.ts";

const plain: NativeTable = { ...listNatives, ...mapNatives, ...objectNatives, ...promiseNatives };

/** The names by which the global object is known; everything global is a member of it. */
const GLOBALS = ["globalThis", "window", "self", "global"];

function members(table: NativeTable): NativeTable {
  const found: Record<string, NativeTable[string]> = {};
  for (const [name, native] of Object.entries(table)) {
    if (!name.includes("#")) for (const global of GLOBALS) found[`${global}.${name}`] = native;
  }
  return found;
}

/** What JavaScript's builtins, and a few packages, do with the functions they are given. */
export const javascriptNatives: NativeTable = { ...plain, ...members(plain), ...packageNatives };
