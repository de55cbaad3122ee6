import { Shape } from "../facts/index.ts";
import type { Native, NativeCall, NativeTable, NativeTools } from "./natives.ts";
import { argumentCells } from "./natives-javascript-lists.ts";
import { assign, remembering } from "./natives-javascript-objects.ts";
import { promiseOf } from "./natives-javascript-promises.ts";

/** Handlers of an event are kept as members of the emitter, under names that no program writes. */
const EVENT = "#on:";
const ANY_EVENT = "#on";

function eventNames(call: NativeCall, tools: NativeTools, use: (name: string) => void): void {
  const [event] = call.args;
  if (event === undefined) return;
  tools.each(event, (object) => {
    const text = tools.textOf(object);
    use(text === undefined ? ANY_EVENT : EVENT + text);
  });
}

const on: Native = (call, tools) => {
  const handler = call.args[1];
  if (handler !== undefined) {
    eventNames(call, tools, (name) => tools.store(call.receiver, name, handler));
    tools.store(call.receiver, ANY_EVENT, handler);
  }
  tools.flow(call.receiver, call.to);
};

const emit: Native = (call, tools) => {
  const rest = argumentCells(call, tools, 1);
  eventNames(call, tools, (name) => {
    const handler = tools.fresh();
    tools.load(call.receiver, name, handler);
    tools.callOn(handler, call.receiver, rest);
  });
  tools.add(call.to, tools.data);
};

const itself: Native = (call, tools) => tools.flow(call.receiver, call.to);

const EMITTER: Record<string, Native> = {
  on,
  once: on,
  addListener: on,
  prependListener: on,
  off: itself,
  removeListener: itself,
  removeAllListeners: itself,
  emit,
};

/** An emitter that is no object of a class of ours. */
const makeEmitter: Native = (call, tools) => {
  const { cell } = tools.make(Shape.OBJECT);
  for (const name of Object.keys(EMITTER)) {
    tools.store(cell, name, tools.holding(tools.native(`node:events.EventEmitter.prototype.${name}`)));
  }
  tools.flow(cell, call.to);
};

/** `inherits(Child, Parent)`. */
const inherits: Native = (call, tools) => {
  const [child, parent] = call.args;
  if (child === undefined || parent === undefined) return;
  const [below, above] = [tools.fresh(), tools.fresh()];
  tools.load(child, "prototype", below);
  tools.load(parent, "prototype", above);
  tools.store(below, "__proto__", above);
  tools.store(child, "super_", parent);
};

/** A function whose last argument is a callback becomes one that gives a promise. */
const promisify: Native = (call, tools) => {
  const [callee] = call.args;
  if (callee !== undefined) tools.flow(remembering(tools, "node:util#promised", [callee]), call.to);
};
/** Remembered: the function. */
const promised: Native = (call, tools) => {
  const [callee, ...args] = call.args;
  if (callee === undefined) return;
  const promise = promiseOf(undefined, tools);
  tools.call(callee, [...args, remembering(tools, "node:util#settled", [promise], 1)]);
  tools.flow(promise, call.to);
};
/** Remembered: the promise. Called with an error and a value. */
const settled: Native = (call, tools) => {
  const [promise, , value] = call.args;
  if (promise !== undefined && value !== undefined) tools.store(promise, "value", value);
};

const first: Native = (call, tools) => {
  const [value] = call.args;
  if (value !== undefined) tools.flow(value, call.to);
};

/** Runs its first argument and gives what comes out. */
const run: Native = (call, tools) => {
  const [callee] = call.args;
  if (callee !== undefined) tools.call(callee, [], call.to);
};

/** What an effect gives back is run as well, when it ends. */
const effect: Native = (call, tools) => {
  const cleanup = tools.fresh();
  const [callee] = call.args;
  if (callee === undefined) return;
  tools.call(callee, [], cleanup);
  tools.call(cleanup, []);
};

const useState: Native = (call, tools) => {
  const state = tools.fresh();
  const [initial] = call.args;
  if (initial !== undefined) {
    tools.flow(initial, state);
    tools.call(initial, [], state);
  }
  const { cell } = tools.make(Shape.ARRAY);
  tools.put(cell, "0", state);
  tools.put(cell, "1", remembering(tools, "react#setState", [state], 1));
  tools.flow(cell, call.to);
};
/** Remembered: the state. A function given for the next state gets the one before. */
const setState: Native = (call, tools) => {
  const [state, next] = call.args;
  if (state !== undefined && next !== undefined) tools.call(next, [state]);
};

const useReducer: Native = (call, tools) => {
  const [reducer, initial] = call.args;
  const state = tools.fresh();
  if (initial !== undefined) tools.flow(initial, state);
  if (reducer !== undefined) tools.call(reducer, [state, tools.fresh()], state);
  const { cell } = tools.make(Shape.ARRAY);
  tools.put(cell, "0", state);
  tools.flow(cell, call.to);
};

const useRef: Native = (call, tools) => {
  const { cell } = tools.make(Shape.OBJECT);
  const [initial] = call.args;
  if (initial !== undefined) tools.store(cell, "current", initial);
  tools.flow(cell, call.to);
};

const createElement: Native = (call, tools) => {
  const [component, props = tools.fresh()] = call.args;
  if (component !== undefined) tools.call(component, [props]);
  tools.add(call.to, tools.data);
};

const lazy: Native = (call, tools) => {
  const [load] = call.args;
  if (load === undefined) return;
  const [promise, module] = [tools.fresh(), tools.fresh()];
  tools.call(load, [], promise);
  tools.await(promise, module);
  tools.load(module, "default", call.to);
};

const REACT: Record<string, Native> = {
  useCallback: first,
  memo: first,
  forwardRef: first,
  useMemo: run,
  useEffect: effect,
  useLayoutEffect: effect,
  useState,
  useReducer,
  useRef,
  createElement,
  h: createElement,
  lazy,
};

const UTIL: Record<string, Native> = { promisify, inherits };

/** The same names under every way in which a package gives them. */
function under(prefixes: readonly string[], natives: Record<string, Native>): NativeTable {
  const table: Record<string, Native> = {};
  for (const prefix of prefixes) {
    for (const [name, native] of Object.entries(natives)) table[`${prefix}.${name}`] = native;
  }
  return table;
}

/** Packages that are `Object.assign` under another name. */
const COPYING = [
  "object-assign",
  "merge-descriptors",
  "utils-merge",
  "lodash.assign",
  "lodash.extend",
  "lodash.merge",
];

const EMITTERS = ["node:events", "node:events.EventEmitter", "node:events.default"];

/** Packages whose functions only pass on what they are given. */
export const packageNatives: NativeTable = {
  ...Object.fromEntries(EMITTERS.map((name) => [name, makeEmitter])),
  ...under(
    EMITTERS.map((name) => `${name}.prototype`),
    EMITTER,
  ),
  ...under(["node:util", "node:util.default"], UTIL),
  inherits,
  "inherits.default": inherits,
  ...Object.fromEntries(
    COPYING.flatMap((name) => [
      [name, assign],
      [`${name}.default`, assign],
    ]),
  ),
  "node:util#promised": promised,
  "node:util#settled": settled,
  "react#setState": setState,
  ...under(
    ["react", "react.default", "preact", "preact/hooks", "preact/compat", "preact/compat.default"],
    REACT,
  ),
};
