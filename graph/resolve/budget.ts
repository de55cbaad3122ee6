import type { Limits } from "./flows.ts";
import type { Obj } from "./values.ts";

/** A running (or once run) copy of a unit: its variables, and the copy of the unit around that it closes over. */
export type Instance = number;

/** Key of what every element of a container flows into, and of the constants that are its keys. */
export const ALL = "\0all";
export const KEYS = "\0keys";
/** What a promise settles to in the end, promises of promises followed. */
export const SETTLED = "\0settled";

/** How deep calls may keep their callers apart, and how large the bodies may be that are run once per caller. */
export interface Budget extends Limits {
  depth: number;
  /** Ops of a unit, in int32 words. */
  unit: number;
  /** Words that may be run in all for the sake of context. */
  words: number;
  /** With this many objects a variable takes no more lists and dicts. */
  lists: number;
  /** Whether containers made by one op are told apart by who called. */
  apart: boolean;
  /** Copies of one unit. */
  copies: number;
  /** Places at which objects of one class are told apart. */
  places: number;
}

/** Arguments of a call that no op stands for. */
export interface Given {
  plain: readonly number[];
  named?: ReadonlyMap<string, number>;
  spread?: readonly number[];
  spreadNamed?: readonly number[];
}

/** A member looked for: `to` is to hold `receiver.name`, as classes from `type` on define it. */
export interface Wanted {
  type: Obj;
  name: number;
  to: number;
  receiver: Obj;
  flags: number;
  site: number;
}
