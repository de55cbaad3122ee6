import { Shape } from "../facts/index.ts";
import type { Native, NativeTable } from "./natives.ts";
import {
  callback,
  data,
  elementsOf,
  filled,
  keys,
  methods,
  pairs,
  values,
} from "./natives-javascript-lists.ts";
import { Made } from "./values.ts";

const makeMap: Native = (call, tools) => {
  const { cell } = tools.make(Made.MAP);
  const [source] = call.args;
  if (source !== undefined) {
    tools.each(elementsOf(source, tools), (pair) => {
      const entry = tools.holding(pair);
      const [key, value] = [tools.fresh(), tools.fresh()];
      tools.item(entry, "0", key);
      tools.item(entry, "1", value);
      tools.putBy(cell, key, value);
    });
  }
  tools.flow(cell, call.to);
};
const mapSet: Native = (call, tools) => {
  const [key, value] = call.args;
  if (key !== undefined && value !== undefined) tools.putBy(call.receiver, key, value);
  tools.flow(call.receiver, call.to);
};
const mapGet: Native = (call, tools) => {
  const [key] = call.args;
  if (key !== undefined) tools.itemBy(call.receiver, key, call.to);
};
const mapForEach: Native = (call, tools) => {
  const value = tools.fresh();
  tools.item(call.receiver, "*", value);
  callback(call, tools, [value, tools.holding(tools.data), call.receiver]);
};
const mapValues: Native = (call, tools) => {
  const value = tools.fresh();
  tools.item(call.receiver, "*", value);
  tools.flow(filled(tools, Made.ITERATOR, value), call.to);
};

const makeSet: Native = (call, tools) => {
  const [source] = call.args;
  const { cell } = tools.make(Shape.SET);
  if (source !== undefined) tools.put(cell, "*", elementsOf(source, tools));
  tools.flow(cell, call.to);
};
const setAdd: Native = (call, tools) => {
  const [value] = call.args;
  if (value !== undefined) tools.put(call.receiver, "*", value);
  tools.flow(call.receiver, call.to);
};
const setForEach: Native = (call, tools) => {
  const element = elementsOf(call.receiver, tools);
  callback(call, tools, [element, element, call.receiver]);
};

/** Maps and sets. */
export const mapNatives: NativeTable = {
  Map: makeMap,
  WeakMap: makeMap,
  Set: makeSet,
  WeakSet: makeSet,
  ...methods("Map", {
    set: mapSet,
    get: mapGet,
    forEach: mapForEach,
    values: mapValues,
    "entries Symbol.iterator": (call, tools) =>
      tools.flow(filled(tools, Made.ITERATOR, elementsOf(call.receiver, tools)), call.to),
    keys,
    "has delete clear": data,
  }),
  ...methods("Set", {
    add: setAdd,
    forEach: setForEach,
    "values keys Symbol.iterator": values,
    entries: (call, tools) =>
      tools.flow(pairs(tools, elementsOf(call.receiver, tools), Made.ITERATOR), call.to),
    "has delete clear": data,
    "union intersection difference": (call, tools) => {
      const set = filled(tools, Shape.SET, elementsOf(call.receiver, tools));
      const [other] = call.args;
      if (other !== undefined) tools.put(set, "*", elementsOf(other, tools));
      tools.flow(set, call.to);
    },
  }),
};
