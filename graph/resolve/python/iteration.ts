import { Shape } from "../../facts/index.ts";
import type { Native, NativeTable } from "../natives.ts";
import { Made } from "../values.ts";
import { argument, calling, elements, gives } from "./given.ts";

const chain: Native = (call, tools) => {
  const element = tools.fresh();
  for (const source of call.args) tools.iterate(source, element);
  gives(call, tools, element);
};

const chained: Native = (call, tools) => {
  gives(call, tools, elements(tools, elements(tools, call.args[0])));
};

const passed: Native = (call, tools) => void gives(call, tools, elements(tools, call.args[0]));

/** `takewhile(f, xs)` and the like. */
const picked: Native = (call, tools) => {
  const element = elements(tools, call.args[1]);
  calling(tools, call.args[0], [element]);
  gives(call, tools, element);
};

const starmap: Native = (call, tools) => {
  const row = elements(tools, call.args[1]);
  const parts = ["0", "1", "2", "3"].map((place) => {
    const part = tools.fresh();
    tools.item(row, place, part);
    return part;
  });
  gives(call, tools, calling(tools, call.args[0], parts));
};

const accumulate: Native = (call, tools) => {
  const element = elements(tools, call.args[0]);
  const total = tools.fresh();
  tools.flow(element, total);
  const callee = argument(call, 1, "func");
  if (callee !== undefined) tools.call(callee, [total, element], total);
  gives(call, tools, total);
};

const groupby: Native = (call, tools) => {
  const element = elements(tools, call.args[0]);
  const pair = tools.make(Shape.TUPLE, 1);
  tools.put(pair.cell, "0", calling(tools, argument(call, 1, "key"), [element]));
  const group = tools.make(Shape.LIST, 2);
  tools.put(group.cell, "*", element);
  tools.put(pair.cell, "1", group.cell);
  gives(call, tools, pair.cell);
};

/** Rows of elements: `product`, `zip_longest`. */
const rows: Native = (call, tools) => {
  const row = tools.make(Shape.TUPLE, 1);
  call.args.forEach((source, place) => {
    tools.put(row.cell, String(place), elements(tools, source));
  });
  gives(call, tools, row.cell);
};

/** Rows of elements of one: `pairwise`, `permutations`. */
const subsets: Native = (call, tools) => {
  const row = tools.make(Shape.TUPLE, 1);
  tools.put(row.cell, "*", elements(tools, call.args[0]));
  gives(call, tools, row.cell);
};

const repeat: Native = (call, tools) => {
  const [value] = call.args;
  if (value !== undefined) gives(call, tools, value);
};

/** `methodcaller("m", a)(o)` is `o.m(a)`; `attrgetter("a")(o)` is `o.a`; `itemgetter(k)(o)` is `o[k]`. */
function later(name: string): Native {
  return (call, tools) => {
    const { object, cell } = tools.make(Made.PARTIAL);
    tools.store(cell, "func", tools.holding(tools.native(name)));
    call.args.forEach((value, place) => {
      tools.store(cell, String(place), value);
    });
    tools.add(call.to, object);
  };
}

const methodCalled: Native = (call, tools) => {
  const [name, ...rest] = call.args;
  const object = rest.pop();
  if (name === undefined || object === undefined) return;
  tools.each(name, (text) => {
    const method = tools.fresh();
    tools.load(object, tools.textOf(text) ?? "", method);
    tools.call(method, rest, call.to);
  });
};

const attributeGot: Native = (call, tools) => {
  const [name] = call.args;
  const object = call.args.at(-1);
  if (name === undefined || object === undefined) return;
  tools.each(name, (text) => {
    let from = object;
    for (const part of (tools.textOf(text) ?? "").split(".")) {
      const to = tools.fresh();
      tools.load(from, part, to);
      from = to;
    }
    tools.flow(from, call.to);
  });
};

const itemGot: Native = (call, tools) => {
  const [key] = call.args;
  const object = call.args.at(-1);
  if (key === undefined || object === undefined) return;
  tools.each(key, (text) => tools.item(object, tools.textOf(text) ?? "*", call.to));
};

/** `operator.add(a, b)`. */
function operation(method: string): Native {
  return (call, tools) => {
    const [left, ...rest] = call.args;
    if (left !== undefined) tools.protocol(left, method, rest, call.to);
  };
}

const OPERATIONS =
  "add sub mul truediv floordiv mod pow matmul and_ or_ xor lshift rshift eq ne lt le gt ge neg pos invert contains getitem".split(
    " ",
  );

/** itertools and operator. */
export const iteration: NativeTable = {
  ...Object.fromEntries(
    OPERATIONS.map((name) => [`operator.${name}`, operation(`__${name.replace("_", "")}__`)]),
  ),
  "itertools.chain": chain,
  "itertools.chain.from_iterable": chained,
  "itertools.islice": passed,
  "itertools.cycle": passed,
  "itertools.takewhile": picked,
  "itertools.dropwhile": picked,
  "itertools.filterfalse": picked,
  "itertools.starmap": starmap,
  "itertools.accumulate": accumulate,
  "itertools.groupby": groupby,
  "itertools.product": rows,
  "itertools.zip_longest": rows,
  "itertools.permutations": subsets,
  "itertools.combinations": subsets,
  "itertools.pairwise": subsets,
  "itertools.repeat": repeat,
  "operator.methodcaller": later("tidegate.methodCalled"),
  "operator.attrgetter": later("tidegate.attributeGot"),
  "operator.itemgetter": later("tidegate.itemGot"),
  "tidegate.methodCalled": methodCalled,
  "tidegate.attributeGot": attributeGot,
  "tidegate.itemGot": itemGot,
};
