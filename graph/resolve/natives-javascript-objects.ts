import { Shape } from "../facts/index.ts";
import type { Cell, Native, NativeCall, NativeTable, NativeTools } from "./natives.ts";
import { argumentCells, elementsOf, filled, methods, pairs } from "./natives-javascript-lists.ts";
import { Made } from "./values.ts";

const data: Native = (call, tools) => tools.add(call.to, tools.data);
const first: Native = (call, tools) => {
  const [value] = call.args;
  if (value !== undefined) tools.flow(value, call.to);
};

export const assign: Native = (call, tools) => {
  const [target, ...rest] = call.args;
  if (target === undefined) return;
  const sources = [...rest, ...call.spread.map((list) => elementsOf(list, tools))];
  tools.each(target, (object) => {
    for (const source of sources) tools.copyEntries(source, object);
  });
  tools.flow(target, call.to);
};

const create: Native = (call, tools) => {
  const { cell } = tools.make(Shape.OBJECT);
  const [prototype] = call.args;
  if (prototype !== undefined) tools.store(cell, "__proto__", prototype);
  tools.flow(cell, call.to);
};

const setPrototypeOf: Native = (call, tools) => {
  const [object, prototype] = call.args;
  if (object === undefined || prototype === undefined) return;
  tools.store(object, "__proto__", prototype);
  tools.flow(object, call.to);
};

const getPrototypeOf: Native = (call, tools) => {
  const [object] = call.args;
  if (object === undefined) return;
  tools.load(object, "__proto__", call.to);
  const type = tools.fresh();
  tools.typeOf(object, type);
  tools.load(type, "prototype", call.to);
};

/** The member is there from now on: its value, or what its getter gives. */
const defineProperty: Native = (call, tools) => {
  const [object, key, descriptor] = call.args;
  if (object === undefined || key === undefined || descriptor === undefined) return;
  const [value, getter] = [tools.fresh(), tools.fresh()];
  tools.load(descriptor, "value", value);
  tools.load(descriptor, "get", getter);
  tools.callOn(getter, object, [], value);
  tools.each(key, (name) => {
    const text = tools.textOf(name);
    if (text !== undefined) tools.store(object, text, value);
  });
  tools.flow(object, call.to);
};

function membersOf(object: Cell | undefined, tools: NativeTools): Cell {
  const member = tools.fresh();
  if (object !== undefined) tools.item(object, "*", member);
  return member;
}
const values: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, membersOf(call.args[0], tools)), call.to);
const entries: Native = (call, tools) =>
  tools.flow(pairs(tools, membersOf(call.args[0], tools), Shape.ARRAY), call.to);
const keys: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, tools.holding(tools.data)), call.to);

const fromEntries: Native = (call, tools) => {
  const { cell } = tools.make(Shape.OBJECT);
  const [source] = call.args;
  if (source !== undefined) {
    tools.each(elementsOf(source, tools), (pair) => {
      const entry = tools.holding(pair);
      const [key, value] = [tools.fresh(), tools.fresh()];
      tools.item(entry, "0", key);
      tools.item(entry, "1", value);
      tools.put(cell, "*", value);
      tools.each(key, (name) => {
        const text = tools.textOf(name);
        if (text !== undefined) tools.store(cell, text, value);
      });
    });
  }
  tools.flow(cell, call.to);
};

const groupBy: Native = (call, tools) => {
  const [source, key] = call.args;
  if (source === undefined) return;
  const element = elementsOf(source, tools);
  if (key !== undefined) tools.call(key, [element, tools.holding(tools.data)]);
  const { cell } = tools.make(Shape.OBJECT);
  tools.put(cell, "*", filled(tools, Shape.ARRAY, element, 1));
  tools.flow(cell, call.to);
};

/** What stands behind a receiver: `f.call(self, a)`. */
const invoke: Native = (call, tools) => {
  const [self = tools.fresh(), ...rest] = call.args;
  const spread = call.spread.map((list) => elementsOf(list, tools));
  tools.callOn(call.receiver, self, [...rest, ...spread], call.to);
};

const MOST_ARGUMENTS = 6;

/** The elements of an array as arguments, each at its place. */
export function places(list: Cell | undefined, tools: NativeTools): Cell[] {
  if (list === undefined) return [];
  return Array.from({ length: MOST_ARGUMENTS }, (_, index) => {
    const value = tools.fresh();
    tools.item(list, String(index), value);
    return value;
  });
}

const apply: Native = (call, tools) => {
  const [self = tools.fresh(), list] = call.args;
  tools.callOn(call.receiver, self, places(list, tools), call.to);
};

/** A function of ours that remembers arguments: the native `name` is called with them before its own. */
export function remembering(tools: NativeTools, name: string, remembered: readonly Cell[], salt = 0): Cell {
  const { cell } = tools.make(Made.PARTIAL, salt);
  tools.store(cell, "func", tools.holding(tools.native(name)));
  remembered.forEach((value, index) => {
    tools.store(cell, String(index), value);
  });
  return cell;
}

const bind: Native = (call, tools) => {
  const [self = tools.fresh(), ...rest] = call.args;
  tools.flow(remembering(tools, "Function#invoke", [call.receiver, self, ...rest]), call.to);
};

/** Remembered: function, `this`, first arguments. */
const bound: Native = (call, tools) => {
  const [callee, self, ...rest] = call.args;
  if (callee !== undefined && self !== undefined)
    tools.callOn(callee, self, [...rest, ...argumentCells({ ...call, args: [] }, tools)], call.to);
};

const reflectApply: Native = (call, tools) => {
  const [callee, self = tools.fresh(), list] = call.args;
  if (callee !== undefined) tools.callOn(callee, self, places(list, tools), call.to);
};

const construct: Native = (call, tools) => {
  const [type, list] = call.args;
  if (type === undefined) return;
  const [made, builder] = [tools.fresh(), tools.fresh()];
  tools.create(type, made);
  tools.load(made, "constructor", builder);
  tools.callOn(builder, made, places(list, tools));
  tools.flow(made, call.to);
};

function named(call: NativeCall, tools: NativeTools, use: (object: Cell, name: string) => void): void {
  const [object, key] = call.args;
  if (object === undefined || key === undefined) return;
  tools.each(key, (name) => {
    const text = tools.textOf(name);
    if (text !== undefined) use(object, text);
  });
}

const reflectGet: Native = (call, tools) =>
  named(call, tools, (object, name) => tools.load(object, name, call.to));
const reflectSet: Native = (call, tools) => {
  const value = call.args[2];
  if (value !== undefined) named(call, tools, (object, name) => tools.store(object, name, value));
};

const proxy: Native = first;

/** `text.replace(pattern, f)` and the like: the function gets texts. */
const replace: Native = (call, tools) => {
  const [, change] = call.args;
  const text = tools.holding(tools.data);
  if (change !== undefined) tools.call(change, [text, text, text]);
  tools.add(call.to, tools.data);
};
const texts: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, tools.holding(tools.data)), call.to);

/** Objects, functions and reflection. */
export const objectNatives: NativeTable = {
  "Object.assign": assign,
  "Object.create": create,
  "Object.setPrototypeOf": setPrototypeOf,
  "Object.getPrototypeOf": getPrototypeOf,
  "Object.defineProperty": defineProperty,
  "Object.values": values,
  "Object.entries": entries,
  "Object.keys": keys,
  "Object.getOwnPropertyNames": keys,
  "Object.fromEntries": fromEntries,
  "Object.groupBy": groupBy,
  "Object.freeze": first,
  "Object.seal": first,
  "Object.preventExtensions": first,
  Object: first,
  "Reflect.apply": reflectApply,
  "Reflect.construct": construct,
  "Reflect.get": reflectGet,
  "Reflect.set": reflectSet,
  "Reflect.ownKeys": keys,
  "Reflect.getPrototypeOf": getPrototypeOf,
  "Reflect.setPrototypeOf": setPrototypeOf,
  "Reflect.defineProperty": defineProperty,
  structuredClone: first,
  Proxy: proxy,
  "Function#invoke": bound,
  ...methods("Function", { call: invoke, apply, bind }),
  ...methods("Object", { "hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf": data }),
  ...methods("String", { "replace replaceAll": replace, "split match matchAll": texts }),
};
