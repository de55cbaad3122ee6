import { Shape } from "../facts/index.ts";
import type { Cell, Native, NativeTable, NativeTools } from "./natives.ts";
import { argumentCells, copyPlaces, elementsOf, filled, methods } from "./natives-javascript-lists.ts";
import { remembering } from "./natives-javascript-objects.ts";

/** Under this name a promise keeps what it was refused with. */
const REASON = "#reason";

/** A promise of what `value` settles to. */
export function promiseOf(value: Cell | undefined, tools: NativeTools, salt = 0): Cell {
  const { cell } = tools.make(Shape.PROMISE, salt);
  if (value !== undefined) tools.store(cell, "value", settled(value, tools));
  return cell;
}

function settled(value: Cell, tools: NativeTools): Cell {
  const inner = tools.fresh();
  tools.await(value, inner);
  return inner;
}

function loaded(from: Cell, name: string, tools: NativeTools): Cell {
  const value = tools.fresh();
  tools.load(from, name, value);
  return value;
}

/** `new Promise((resolve, reject) => ...)`. */
const make: Native = (call, tools) => {
  const promise = promiseOf(undefined, tools);
  const [executor] = call.args;
  if (executor !== undefined) {
    tools.call(executor, [
      remembering(tools, "Promise#resolve", [promise], 1),
      remembering(tools, "Promise#reject", [promise], 2),
    ]);
  }
  tools.flow(promise, call.to);
};
/** Remembered: the promise. */
const resolve: Native = (call, tools) => {
  const [promise, value] = call.args;
  if (promise !== undefined && value !== undefined) tools.store(promise, "value", settled(value, tools));
};
const reject: Native = (call, tools) => {
  const [promise, reason] = call.args;
  if (promise !== undefined && reason !== undefined) tools.store(promise, REASON, reason);
};

const then: Native = (call, tools) => {
  const [onValue, onReason] = call.args;
  const next = promiseOf(undefined, tools);
  const value = loaded(call.receiver, "value", tools);
  const reason = loaded(call.receiver, REASON, tools);
  settle(onValue, settled(value, tools), next, tools);
  if (onReason === undefined) tools.store(next, REASON, reason);
  else settle(onReason, reason, next, tools);
  tools.flow(next, call.to);
};
const recover: Native = (call, tools) => {
  const next = promiseOf(loaded(call.receiver, "value", tools), tools);
  settle(call.args[0], loaded(call.receiver, REASON, tools), next, tools);
  tools.flow(next, call.to);
};
/** What a callback makes of a value is what the next promise settles to. */
function settle(callee: Cell | undefined, value: Cell, next: Cell, tools: NativeTools): void {
  if (callee === undefined) {
    tools.store(next, "value", value);
    return;
  }
  const result = tools.fresh();
  tools.call(callee, [value], result);
  tools.store(next, "value", settled(result, tools));
}

const lastly: Native = (call, tools) => {
  const [callee] = call.args;
  if (callee !== undefined) tools.call(callee, []);
  tools.flow(call.receiver, call.to);
};

const all: Native = (call, tools) => {
  const [source] = call.args;
  const { cell } = tools.make(Shape.ARRAY, 1);
  if (source !== undefined) copyPlaces(source, cell, tools, (element) => settled(element, tools));
  tools.flow(promiseOf(cell, tools), call.to);
};
const allSettled: Native = (call, tools) => {
  const [source] = call.args;
  const outcome = tools.make(Shape.OBJECT, 1).cell;
  if (source !== undefined) tools.store(outcome, "value", settled(elementsOf(source, tools), tools));
  tools.flow(promiseOf(filled(tools, Shape.ARRAY, outcome, 2), tools), call.to);
};
const one: Native = (call, tools) => {
  const [source] = call.args;
  tools.flow(promiseOf(source === undefined ? undefined : elementsOf(source, tools), tools), call.to);
};
const resolved: Native = (call, tools) => tools.flow(promiseOf(call.args[0], tools), call.to);
const rejected: Native = (call, tools) => {
  const promise = promiseOf(undefined, tools);
  const [reason] = call.args;
  if (reason !== undefined) tools.store(promise, REASON, reason);
  tools.flow(promise, call.to);
};
const attempt: Native = (call, tools) => {
  const [callee, ...args] = call.args;
  const result = tools.fresh();
  if (callee !== undefined) tools.call(callee, args, result);
  tools.flow(promiseOf(result, tools), call.to);
};
const withResolvers: Native = (call, tools) => {
  const promise = promiseOf(undefined, tools, 3);
  const { cell } = tools.make(Shape.OBJECT);
  tools.store(cell, "promise", promise);
  tools.store(cell, "resolve", remembering(tools, "Promise#resolve", [promise], 1));
  tools.store(cell, "reject", remembering(tools, "Promise#reject", [promise], 2));
  tools.flow(cell, call.to);
};

/** Calls its first argument with those from `skip` on. */
export function later(skip: number): Native {
  return (call, tools) => {
    const [callee] = call.args;
    if (callee !== undefined) tools.call(callee, argumentCells(call, tools, skip));
    tools.add(call.to, tools.data);
  };
}

/** Promises, and what runs later. */
export const promiseNatives: NativeTable = {
  Promise: make,
  "Promise#resolve": resolve,
  "Promise#reject": reject,
  "Promise.resolve": resolved,
  "Promise.reject": rejected,
  "Promise.all": all,
  "Promise.allSettled": allSettled,
  "Promise.race": one,
  "Promise.any": one,
  "Promise.try": attempt,
  "Promise.withResolvers": withResolvers,
  ...methods("Promise", { then, catch: recover, finally: lastly }),
  setTimeout: later(2),
  setInterval: later(2),
  setImmediate: later(1),
  queueMicrotask: later(1),
  requestAnimationFrame: later(1),
  requestIdleCallback: later(1),
  "process.nextTick": later(1),
};
