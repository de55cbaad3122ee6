import type { NativeTable } from "./natives.ts";
import { builtins } from "./python/builtins.ts";
import { containers } from "./python/containers.ts";
import { iteration } from "./python/iteration.ts";
import { library } from "./python/library.ts";
import { objects } from "./python/objects.ts";

/** Models of Python's builtins and of what programs use most of its library. */
export const pythonNatives: NativeTable = {
  ...builtins,
  ...objects,
  ...containers,
  ...iteration,
  ...library,
};
