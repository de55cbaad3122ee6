import type { Var } from "./writer.ts";

/** Known contents of `name.field` and `name[key]`. */
export type Paths = Map<string, Var>;

const serials = new WeakMap<object, number>();
let serial = 0;

/** Bindings of equal name in nested blocks must not be mixed up. */
export function pathKey(binding: object, path: string): string {
  let id = serials.get(binding);
  if (id === undefined) {
    serial += 1;
    id = serial;
    serials.set(binding, id);
  }
  return path === "" ? `${id}\0` : `${id}\0${path}`;
}

/** What all ways agree on. */
export function commonPaths(states: readonly { paths: Paths }[]): Paths {
  const [first, ...rest] = states;
  const common: Paths = new Map();
  for (const [key, value] of first?.paths ?? []) {
    if (rest.every((state) => state.paths.get(key) === value)) common.set(key, value);
  }
  return common;
}
