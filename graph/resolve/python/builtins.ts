import { Shape } from "../../facts/index.ts";
import type { Native, NativeTable } from "../natives.ts";
import { Kind } from "../values.ts";
import {
  argument,
  asks,
  calling,
  compared,
  data,
  elements,
  gives,
  keep,
  nothing,
  SAME,
  same,
} from "./given.ts";

const map: Native = (call, tools) => {
  const [callee, ...sources] = call.args;
  gives(
    call,
    tools,
    calling(
      tools,
      callee,
      sources.map((source) => elements(tools, source)),
    ),
  );
};

const filter: Native = (call, tools) => {
  const [callee, source] = call.args;
  const element = elements(tools, source);
  calling(tools, callee, [element]);
  gives(call, tools, element);
};

const sorted: Native = (call, tools) => {
  const element = elements(tools, call.args[0]);
  compared(call, tools, element);
  gives(call, tools, element);
};

/** `max(xs)`, `max(a, b)`. */
const extreme: Native = (call, tools) => {
  const [first, ...more] = call.args;
  const element = more.length === 0 ? elements(tools, first) : tools.fresh();
  if (more.length > 0) for (const value of call.args) tools.flow(value, element);
  compared(call, tools, element);
  tools.flow(element, call.to);
  const fallback = call.named.get("default");
  if (fallback !== undefined) tools.flow(fallback, call.to);
};

const sum: Native = (call, tools) => {
  const element = elements(tools, call.args[0]);
  const start = argument(call, 1, "start");
  const total = tools.fresh();
  tools.add(total, tools.data);
  if (start === undefined) tools.protocol(element, "__radd__", [nothing(tools)], total);
  else tools.flow(start, total);
  tools.protocol(total, "__add__", [element], total);
  tools.flow(total, call.to);
};

const everyOne: Native = (call, tools) => {
  tools.protocol(elements(tools, call.args[0]), "__bool__|__len__", []);
  tools.add(call.to, tools.data);
};

const reversed: Native = (call, tools) => {
  const [source] = call.args;
  if (source === undefined) return;
  tools.each(source, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) === Kind.INSTANCE) tools.protocol(one, "__reversed__", [], call.to);
    else gives(call, tools, elements(tools, one));
  });
};

const enumerate: Native = (call, tools) => {
  const pair = tools.make(Shape.TUPLE, 1);
  tools.put(pair.cell, "0", nothing(tools));
  tools.put(pair.cell, "1", elements(tools, argument(call, 0, "iterable")));
  gives(call, tools, pair.cell);
};

/** Places of the rows that `zip(*rows)` turns into columns. */
const COLUMNS = 4;

const zip: Native = (call, tools) => {
  if (call.spread.length > 0) columns(call, tools);
  const row = tools.make(Shape.TUPLE, 1);
  call.args.forEach((source, place) => {
    tools.put(row.cell, String(place), elements(tools, source));
  });
  gives(call, tools, row.cell);
};

/** `xs, ys = zip(*rows)` */
const columns: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.LIST, 2);
  for (let place = 0; place < COLUMNS; place++) {
    const column = tools.make(Shape.TUPLE, 3 + place);
    for (const source of call.spread) {
      const value = tools.fresh();
      tools.item(elements(tools, source), String(place), value);
      tools.put(column.cell, "*", value);
    }
    tools.put(cell, String(place), column.cell);
  }
  tools.add(call.to, object);
};

const iter: Native = (call, tools) => {
  const [source, sentinel] = call.args;
  if (source === undefined) return;
  if (sentinel !== undefined) {
    gives(call, tools, calling(tools, source, []));
    return;
  }
  tools.each(source, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) === Kind.INSTANCE) tools.protocol(one, "__iter__", [], call.to);
    else if (tools.kind(object) === Kind.GENERATOR) tools.add(call.to, object);
    else gives(call, tools, elements(tools, one));
  });
};

const next: Native = (call, tools) => {
  const [source, fallback] = call.args;
  if (fallback !== undefined) tools.flow(fallback, call.to);
  if (source === undefined) return;
  tools.each(source, (object) => {
    const one = tools.holding(object);
    if (tools.kind(object) === Kind.INSTANCE) tools.protocol(one, "__next__|__anext__", [], call.to);
    else tools.iterate(one, call.to);
  });
};

/** `list(xs)`: the elements of a list or tuple keep their places. */
export function collected(shape: number): Native {
  return (call, tools) => {
    const { object, cell } = tools.make(shape);
    tools.add(call.to, object);
    const [source] = call.args;
    if (source === undefined) return;
    tools.each(source, (from) => {
      const one = tools.holding(from);
      const placed = tools.shape(from) === Shape.LIST || tools.shape(from) === Shape.TUPLE;
      if (placed && shape !== Shape.SET) tools.copyEntries(one, object);
      else tools.put(cell, "*", elements(tools, one));
    });
  };
}

export const dict: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.DICT);
  tools.add(call.to, object);
  fill(call.args[0], cell, object, tools);
  for (const [name, value] of call.named) tools.put(cell, name, value);
};

/** What a dict takes from another, or from pairs. */
export function fill(
  source: number | undefined,
  cell: number,
  object: number,
  tools: Parameters<Native>[1],
): void {
  if (source === undefined) return;
  tools.each(source, (from) => {
    const one = tools.holding(from);
    const shape = tools.shape(from);
    if (shape === Shape.DICT) tools.copyEntries(one, object);
    else {
      const value = tools.fresh();
      tools.item(elements(tools, one), "1", value);
      keep(tools, cell, "*", value);
    }
  });
}

const shows: Native = (call, tools) => {
  for (const value of call.args) tools.protocol(value, "__str__|__repr__", []);
  tools.add(call.to, tools.data);
};

export const builtins: NativeTable = {
  [SAME]: same,
  "builtins.map": map,
  "builtins.filter": filter,
  "builtins.sorted": sorted,
  "builtins.min": extreme,
  "builtins.max": extreme,
  "builtins.sum": sum,
  "builtins.any": everyOne,
  "builtins.all": everyOne,
  "builtins.reversed": reversed,
  "builtins.enumerate": enumerate,
  "builtins.zip": zip,
  "builtins.iter": iter,
  "builtins.aiter": asks("__aiter__", true),
  "builtins.next": next,
  "builtins.anext": asks("__anext__", true),
  "builtins.list": collected(Shape.LIST),
  "builtins.tuple": collected(Shape.TUPLE),
  "builtins.set": collected(Shape.SET),
  "builtins.frozenset": collected(Shape.SET),
  "builtins.dict": dict,
  "builtins.len": asks("__len__"),
  "builtins.str": asks("__str__|__repr__"),
  "builtins.repr": asks("__repr__"),
  "builtins.ascii": asks("__repr__"),
  "builtins.bool": asks("__bool__|__len__"),
  "builtins.int": asks("__int__|__index__|__trunc__"),
  "builtins.float": asks("__float__|__index__"),
  "builtins.complex": asks("__complex__|__float__"),
  "builtins.bytes": asks("__bytes__"),
  "builtins.hash": asks("__hash__"),
  "builtins.abs": asks("__abs__", true),
  "builtins.round": asks("__round__", true),
  "builtins.divmod": asks("__divmod__", true),
  "builtins.pow": asks("__pow__", true),
  "builtins.format": asks("__format__|__str__|__repr__"),
  "builtins.dir": asks("__dir__"),
  "builtins.hex": asks("__index__"),
  "builtins.range": (call, tools) => void gives(call, tools, nothing(tools)),
  "builtins.print": shows,
  "builtins.hasattr": data,
  "builtins.callable": data,
  "builtins.id": data,
  "builtins.input": data,
  "builtins.issubclass": data,
};
