import { Shape } from "../../facts/index.ts";
import type { Native, NativeCall, NativeTable, NativeTools } from "../natives.ts";
import { Kind } from "../values.ts";
import { fill } from "./builtins.ts";
import { compared, data, elements, gives, keep, stored } from "./given.ts";

const append: Native = (call, tools) => {
  const value = call.args.at(-1);
  if (value !== undefined) keep(tools, call.receiver, "*", value);
  tools.add(call.to, tools.data);
};

const extend: Native = (call, tools) => {
  for (const source of call.args) keep(tools, call.receiver, "*", elements(tools, source));
  tools.add(call.to, tools.data);
};

/** `xs += ys`: the list itself. */
const extended: Native = (call, tools) => {
  extend(call, { ...tools, add: () => {} });
  tools.flow(call.receiver, call.to);
};

/** `xs + ys`. The left ones keep their places. */
const joined: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.LIST);
  tools.copyEntries(call.receiver, object);
  tools.put(cell, "*", elements(tools, call.args[0]));
  tools.add(call.to, object);
};

/** `xs * n`, `xs.copy()`. */
function copied(shape: number): Native {
  return (call, tools) => {
    const { object } = tools.make(shape);
    tools.copyEntries(call.receiver, object);
    tools.add(call.to, object);
  };
}

const element: Native = (call, tools) => stored(tools, call.receiver, "*", call.to);

const listSort: Native = (call, tools) => {
  const one = tools.fresh();
  stored(tools, call.receiver, "*", one);
  compared(call, tools, one);
  tools.add(call.to, tools.data);
};

const contains: Native = (call, tools) => {
  const one = tools.fresh();
  stored(tools, call.receiver, "*", one);
  tools.protocol(one, "__eq__", call.args.slice(0, 1));
  tools.add(call.to, tools.data);
};

/** The receiver's elements and those of the arguments. */
function united(shape: number): Native {
  return (call, tools) => {
    const value = elements(tools, call.receiver);
    for (const source of call.args) tools.iterate(source, value);
    gives(call, tools, value, shape);
  };
}

/** The entry under a key, of containers and of objects whose class is one. */
function entry(call: NativeCall, tools: NativeTools, key: number | undefined): void {
  if (key === undefined) return;
  tools.each(call.receiver, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) !== Kind.INSTANCE) tools.itemBy(one, key, call.to);
    else tools.each(key, (text) => stored(tools, one, tools.textOf(text) ?? "*", call.to));
  });
}

function keepBy(call: NativeCall, tools: NativeTools, key: number, value: number): void {
  tools.each(call.receiver, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) !== Kind.INSTANCE) tools.putBy(one, key, value);
    else tools.each(key, (text) => keep(tools, one, tools.textOf(text) ?? "*", value));
  });
}

const get: Native = (call, tools) => {
  entry(call, tools, call.args[0]);
  if (call.args[1] !== undefined) tools.flow(call.args[1], call.to);
};

const setItem: Native = (call, tools) => {
  const [key, value] = call.args;
  if (key === undefined || value === undefined) return;
  keepBy(call, tools, key, value);
};

const setdefault: Native = (call, tools) => {
  const [key, value] = call.args;
  entry(call, tools, key);
  if (key === undefined || value === undefined) return;
  tools.flow(value, call.to);
  keepBy(call, tools, key, value);
};

const values: Native = (call, tools) => {
  const value = tools.fresh();
  stored(tools, call.receiver, "*", value);
  gives(call, tools, value);
};

const keys: Native = (call, tools) => void gives(call, tools, elements(tools, call.receiver));

const items: Native = (call, tools) => {
  const pair = tools.make(Shape.TUPLE, 1);
  tools.put(pair.cell, "0", elements(tools, call.receiver));
  const value = tools.fresh();
  stored(tools, call.receiver, "*", value);
  tools.put(pair.cell, "1", value);
  gives(call, tools, pair.cell);
};

const popitem: Native = (call, tools) => {
  const pair = tools.make(Shape.TUPLE);
  const value = tools.fresh();
  stored(tools, call.receiver, "*", value);
  tools.put(pair.cell, "0", elements(tools, call.receiver));
  tools.put(pair.cell, "1", value);
  tools.add(call.to, pair.object);
};

const update: Native = (call, tools) => {
  tools.each(call.receiver, (object) => {
    const cell = tools.holding(object);
    fill(call.args[0], cell, object, tools);
    for (const [name, value] of call.named) tools.put(cell, name, value);
  });
  tools.add(call.to, tools.data);
};

const merged: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.DICT);
  tools.copyEntries(call.receiver, object);
  fill(call.args[0], cell, object, tools);
  tools.add(call.to, object);
};

const updated: Native = (call, tools) => {
  update(call, { ...tools, add: () => {} });
  tools.flow(call.receiver, call.to);
};

const fromkeys: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.DICT);
  if (call.args[1] !== undefined) tools.put(cell, "*", call.args[1]);
  tools.add(call.to, object);
};

/** `gen.send(x)`, `next(gen)`. */
const resumed: Native = (call, tools) => tools.iterate(call.receiver, call.to);

const itself: Native = (call, tools) => tools.flow(call.receiver, call.to);

export const containers: NativeTable = {
  "list.append": append,
  "list.appendleft": append,
  "list.insert": append,
  "list.extend": extend,
  "list.extendleft": extend,
  "list.__iadd__": extended,
  "list.__add__": joined,
  "list.__mul__": copied(Shape.LIST),
  "list.__contains__": contains,
  "list.pop": element,
  "list.popleft": element,
  "list.copy": copied(Shape.LIST),
  "list.sort": listSort,
  "list.index": contains,
  "list.count": contains,
  "list.remove": contains,
  "list.reverse": data,
  "list.clear": data,
  "list.__iter__": itself,
  "list.__len__": data,
  "tuple.__add__": joined,
  "tuple.__mul__": copied(Shape.TUPLE),
  "tuple.__contains__": contains,
  "tuple.index": contains,
  "tuple.count": contains,
  "set.add": append,
  "set.update": extend,
  "set.__ior__": extended,
  "set.__or__": united(Shape.SET),
  "set.__and__": united(Shape.SET),
  "set.__sub__": copied(Shape.SET),
  "set.union": united(Shape.SET),
  "set.intersection": united(Shape.SET),
  "set.difference": copied(Shape.SET),
  "set.copy": copied(Shape.SET),
  "set.pop": element,
  "set.discard": data,
  "set.remove": data,
  "dict.get": get,
  "dict.pop": get,
  "dict.setdefault": setdefault,
  "dict.values": values,
  "dict.keys": keys,
  "dict.items": items,
  "dict.popitem": popitem,
  "dict.update": update,
  "dict.copy": copied(Shape.DICT),
  "dict.__or__": merged,
  "dict.__ior__": updated,
  "dict.__getitem__": get,
  "dict.__setitem__": setItem,
  "list.__getitem__": get,
  "list.__setitem__": setItem,
  "dict.__contains__": data,
  "dict.__len__": data,
  "dict.clear": data,
  "dict.fromkeys": fromkeys,
  "builtins.dict.fromkeys": fromkeys,
  "generator.__enter__": resumed,
  "generator.__aenter__": resumed,
  "generator.__exit__": data,
  "generator.__aexit__": data,
  "generator.__next__": resumed,
  "generator.__anext__": resumed,
  "generator.__iter__": itself,
  "generator.__aiter__": itself,
  "generator.send": resumed,
  "generator.asend": resumed,
  "generator.throw": resumed,
  "generator.close": data,
};
