import { Shape } from "../../facts/index.ts";
import { ALL } from "../engine.ts";
import type { Cell, Native, NativeCall, NativeTools } from "../natives.ts";
import { Kind } from "../values.ts";

/** The argument at a place or of a name. */
export function argument(call: NativeCall, place: number, name?: string): Cell | undefined {
  return call.args[place] ?? (name === undefined ? undefined : call.named.get(name));
}

/** A variable that holds what iterating over `from` meets. */
export function elements(tools: NativeTools, from: Cell | undefined): Cell {
  const element = tools.fresh();
  if (from !== undefined) tools.iterate(from, element);
  return element;
}

/** A variable that holds just a value of no interest. */
export function nothing(tools: NativeTools): Cell {
  return tools.holding(tools.data);
}

/** Makes a container of `value` at unknown places; it is the result. */
export function gives(call: NativeCall, tools: NativeTools, value: Cell, shape: number = Shape.LIST): Cell {
  const { cell, object } = tools.make(shape);
  tools.put(cell, "*", value);
  tools.add(call.to, object);
  return cell;
}

/** What comes out is what went in first. */
export const same: Native = (call, tools) => {
  const value = call.args[0];
  if (value !== undefined) tools.flow(value, call.to);
};

/** Says nothing about its result. */
export const data: Native = (call, tools) => tools.add(call.to, tools.data);

/**
 * What is stored under `key` ("*": any), past any `__getitem__` that a subclass of the container has: its own would
 * call the container's, which would call it again.
 */
export function stored(tools: NativeTools, base: Cell, key: string, to: Cell): void {
  if (key === "*") tools.load(base, ALL, to);
  else {
    tools.load(base, `[${key}`, to);
    tools.load(base, "[*", to);
  }
}

/** Stores under `key`, past any `__setitem__`. */
export function keep(tools: NativeTools, base: Cell, key: string, value: Cell): void {
  tools.each(base, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) !== Kind.INSTANCE) tools.put(one, key, value);
    else {
      tools.store(one, `[${key}`, value);
      tools.store(one, ALL, value);
    }
  });
}

/** A decorator with or without arguments, that gives back what it decorates. */
export const decorator: Native = (call, tools) => {
  const [value] = call.args;
  if (value === undefined) tools.add(call.to, tools.native(SAME));
  else {
    tools.each(value, (object) => {
      const kind = tools.kind(object);
      const decorated = kind !== Kind.DATA && kind !== Kind.CONSTANT;
      tools.add(call.to, decorated ? object : tools.native(SAME));
    });
  }
};

/** Name of the native that gives back its argument. */
export const SAME = "tidegate.same";

/** Calls `method` of the first argument, as `len` calls `__len__`. */
export function asks(method: string, keep = false): Native {
  return (call, tools) => {
    const [value, ...rest] = call.args;
    if (value !== undefined) tools.protocol(value, method, rest, keep ? call.to : undefined);
    if (!keep) tools.add(call.to, tools.data);
  };
}

/** The result of calling `callee` with `args`. */
export function calling(tools: NativeTools, callee: Cell | undefined, args: readonly Cell[]): Cell {
  const to = tools.fresh();
  if (callee !== undefined) tools.call(callee, args, to);
  return to;
}

/** Elements compared with each other, through a key when there is one. */
export function compared(call: NativeCall, tools: NativeTools, element: Cell): void {
  const key = call.named.get("key");
  const shown = key === undefined ? element : calling(tools, key, [element]);
  tools.protocol(shown, "__lt__", [shown]);
}
