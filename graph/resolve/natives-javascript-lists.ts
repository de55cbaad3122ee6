import { Shape } from "../facts/index.ts";
import type { Cell, Native, NativeCall, NativeTable, NativeTools } from "./natives.ts";
import { Made } from "./values.ts";

/** Places of an array that are told apart when it is copied. */
const PLACES = 10;
/** No program asks for this place: it gives what lies at unknown places alone. */
const NOWHERE = "999999";

export function elementsOf(from: Cell, tools: NativeTools): Cell {
  const element = tools.fresh();
  tools.iterate(from, element);
  return element;
}

/** A fresh container of `shape` whose elements are what `element` holds. */
export function filled(tools: NativeTools, shape: number, element: Cell, salt = 0): Cell {
  const { cell } = tools.make(shape, salt);
  tools.put(cell, "*", element);
  return cell;
}

/** What `change` makes of each element of one array, at the same place of another. */
export function copyPlaces(
  from: Cell,
  to: Cell,
  tools: NativeTools,
  change: (element: Cell) => Cell = (element) => element,
  shift = 0,
): void {
  for (let index = 0; index < PLACES; index++) {
    const element = tools.fresh();
    tools.item(from, String(index + shift), element);
    tools.put(to, String(index), change(element));
  }
  const other = tools.fresh();
  tools.item(from, NOWHERE, other);
  tools.put(to, "*", change(other));
}

/** Every argument, spread or not. */
export function argumentCells(call: NativeCall, tools: NativeTools, from = 0): Cell[] {
  return [...call.args.slice(from), ...call.spread.map((list) => elementsOf(list, tools))];
}

/** Calls what the first argument holds, with the second for `this` where there is one. */
export function callback(call: NativeCall, tools: NativeTools, args: Cell[], to: Cell = tools.fresh()): Cell {
  const [callee, self] = call.args;
  if (callee === undefined) return to;
  if (self === undefined) tools.call(callee, args, to);
  else tools.callOn(callee, self, args, to);
  return to;
}

function each(call: NativeCall, tools: NativeTools): { element: Cell; result: Cell } {
  const element = elementsOf(call.receiver, tools);
  const index = tools.holding(tools.data);
  return { element, result: callback(call, tools, [element, index, call.receiver]) };
}

export const data: Native = (call, tools) => tools.add(call.to, tools.data);
const itself: Native = (call, tools) => tools.flow(call.receiver, call.to);
const any: Native = (call, tools) => tools.iterate(call.receiver, call.to);
const copied: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, elementsOf(call.receiver, tools)), call.to);

const forEach: Native = (call, tools) => void each(call, tools);
const test: Native = (call, tools) => {
  each(call, tools);
  tools.add(call.to, tools.data);
};
const find: Native = (call, tools) => tools.flow(each(call, tools).element, call.to);
const map: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, each(call, tools).result), call.to);
const filter: Native = (call, tools) =>
  tools.flow(filled(tools, Shape.ARRAY, each(call, tools).element), call.to);
const flatMap: Native = (call, tools) => {
  const { result } = each(call, tools);
  tools.flow(filled(tools, Shape.ARRAY, elementsOf(result, tools)), call.to);
};

const reduce: Native = (call, tools) => {
  const [callee, initial] = call.args;
  const element = elementsOf(call.receiver, tools);
  const sum = tools.fresh();
  tools.flow(initial ?? element, sum);
  if (callee !== undefined) tools.call(callee, [sum, element, tools.holding(tools.data), call.receiver], sum);
  tools.flow(sum, call.to);
};

const sort: Native = (call, tools) => {
  const element = elementsOf(call.receiver, tools);
  const [compare] = call.args;
  if (compare !== undefined) tools.call(compare, [element, element]);
  tools.flow(call.receiver, call.to);
};
const toSorted: Native = (call, tools) => {
  sort({ ...call, to: tools.fresh() }, tools);
  copied(call, tools);
};

const push: Native = (call, tools) => {
  for (const value of argumentCells(call, tools)) tools.put(call.receiver, "*", value);
  tools.add(call.to, tools.data);
};
const fill: Native = (call, tools) => {
  const [value] = call.args;
  if (value !== undefined) tools.put(call.receiver, "*", value);
  tools.flow(call.receiver, call.to);
};
const splice: Native = (call, tools) => {
  for (const value of argumentCells(call, tools, 2)) tools.put(call.receiver, "*", value);
  copied(call, tools);
};
const concat: Native = (call, tools) => {
  const { cell } = tools.make(Shape.ARRAY);
  copyPlaces(call.receiver, cell, tools);
  for (const value of argumentCells(call, tools)) {
    tools.put(cell, "*", elementsOf(value, tools));
    tools.put(cell, "*", value);
  }
  tools.flow(cell, call.to);
};

/** `slice()` keeps places; from a start that is known they move. */
const slice: Native = (call, tools) => {
  const { cell } = tools.make(Shape.ARRAY);
  const [start] = call.args;
  if (start === undefined) copyPlaces(call.receiver, cell, tools);
  else {
    tools.each(start, (object) => {
      const shift = Number(tools.textOf(object));
      if (shift > 0 && shift < PLACES) copyPlaces(call.receiver, cell, tools, undefined, shift);
      else tools.put(cell, "*", elementsOf(call.receiver, tools));
    });
  }
  tools.flow(cell, call.to);
};

const flat: Native = (call, tools) => {
  const element = elementsOf(call.receiver, tools);
  const list = filled(tools, Shape.ARRAY, elementsOf(element, tools));
  tools.put(list, "*", element);
  tools.flow(list, call.to);
};

/** Pairs of a key of no interest and an element. */
export function pairs(tools: NativeTools, element: Cell, shape: number): Cell {
  const pair = tools.make(Shape.ARRAY, 1).cell;
  tools.put(pair, "0", tools.holding(tools.data));
  tools.put(pair, "1", element);
  return filled(tools, shape, pair);
}

export const values: Native = (call, tools) => {
  tools.flow(filled(tools, Made.ITERATOR, elementsOf(call.receiver, tools)), call.to);
};
const entries: Native = (call, tools) => {
  tools.flow(pairs(tools, elementsOf(call.receiver, tools), Made.ITERATOR), call.to);
};
export const keys: Native = (call, tools) => {
  tools.flow(filled(tools, Made.ITERATOR, tools.holding(tools.data)), call.to);
};

const makeArray: Native = (call, tools) => {
  const { cell } = tools.make(Shape.ARRAY);
  call.args.forEach((value, index) => {
    tools.put(cell, String(index), value);
  });
  for (const list of call.spread) tools.put(cell, "*", elementsOf(list, tools));
  tools.flow(cell, call.to);
};
const from: Native = (call, tools) => {
  const [source, change] = call.args;
  if (source === undefined) return;
  const element = elementsOf(source, tools);
  if (change === undefined) {
    tools.flow(filled(tools, Shape.ARRAY, element), call.to);
    return;
  }
  const changed = tools.fresh();
  tools.call(change, [element, tools.holding(tools.data)], changed);
  tools.flow(filled(tools, Shape.ARRAY, changed), call.to);
};

/** `next()` of iterators and generators. */
const step: Native = (call, tools) => {
  const result = tools.make(Shape.OBJECT).cell;
  tools.store(result, "value", elementsOf(call.receiver, tools));
  tools.flow(result, call.to);
};
const iteratorMap: Native = (call, tools) => {
  tools.flow(filled(tools, Made.ITERATOR, each(call, tools).result), call.to);
};
const iteratorFilter: Native = (call, tools) => {
  tools.flow(filled(tools, Made.ITERATOR, each(call, tools).element), call.to);
};

/** One model under the names of several methods of a type. */
export function methods(type: string, models: Record<string, Native>): NativeTable {
  const table: Record<string, Native> = {};
  for (const [names, native] of Object.entries(models)) {
    for (const name of names.split(" ")) table[`${type}.prototype.${name}`] = native;
  }
  return table;
}

/** Arrays and iterators. */
export const listNatives: NativeTable = {
  Array: makeArray,
  "Array.of": makeArray,
  "Array.from": from,
  "Array.fromAsync": from,
  "Array.isArray": data,
  ...methods("Array", {
    forEach,
    map,
    filter,
    "find findLast": find,
    "some every findIndex findLastIndex": test,
    flatMap,
    "reduce reduceRight": reduce,
    sort,
    toSorted,
    "push unshift": push,
    "pop shift at": any,
    fill,
    splice,
    "toSpliced with toReversed": copied,
    concat,
    slice,
    flat,
    "reverse copyWithin": itself,
    "values Symbol.iterator": values,
    entries,
    keys,
    "join includes indexOf lastIndexOf toString": data,
  }),
  ...methods("Iterator", {
    "next return throw": step,
    forEach,
    map: iteratorMap,
    "filter take drop": iteratorFilter,
    flatMap,
    "some every": test,
    find,
    reduce,
    toArray: copied,
    "Symbol.iterator Symbol.asyncIterator": itself,
  }),
};
