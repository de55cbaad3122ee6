/** What the sandbox sees of a way in or out of it: the host's sockets, and our small programs that speak on them. */
import { join } from "node:path";
import type { Mount } from "./cell.ts";

export const INSIDE = "/run/tidegate";

/** Node and one of our programs, which stand alone. */
export function programs(...names: readonly string[]): Mount[] {
  const scripts = names.map((name) => ({ from: join(import.meta.dirname, name), to: `${INSIDE}/${name}` }));
  const node = { from: process.execPath, to: `${INSIDE}/node` };
  return [node, ...scripts].map((one) => ({ ...one, writable: false }));
}

/** Starts one of them; without an environment, because NODE_OPTIONS is meant for the command. */
export function started(name: string, ...args: readonly (string | number)[]): string {
  return `/usr/bin/env -i ${INSIDE}/node ${INSIDE}/${name} ${args.join(" ")}`;
}
