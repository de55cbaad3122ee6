import { Shape } from "../../facts/index.ts";
import type { Native, NativeTable } from "../natives.ts";
import { Kind, Made } from "../values.ts";
import { collected, dict } from "./builtins.ts";
import { calling, data, decorator, elements, nothing, SAME, same } from "./given.ts";

/** `functools.partial(f, a, k=b)`: see how a partial is called. */
const partial: Native = (call, tools) => {
  const { object, cell } = tools.make(Made.PARTIAL);
  const [callee, ...rest] = call.args;
  if (callee === undefined) return;
  tools.store(cell, "func", callee);
  rest.forEach((value, place) => {
    tools.store(cell, String(place), value);
  });
  for (const [name, value] of call.named) {
    tools.put(cell, `=${name}`, value);
    tools.store(cell, `=${name}`, value);
  }
  tools.add(call.to, object);
};

/** `types.MethodType(f, o)`: f with o as its first argument. */
const method: Native = (call, tools) => partial({ ...call, args: call.args.slice(0, 2) }, tools);

const namespace: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.OBJECT);
  for (const [name, value] of call.named) tools.store(cell, name, value);
  tools.add(call.to, object);
};

const reduce: Native = (call, tools) => {
  const [callee, source, start] = call.args;
  const total = tools.fresh();
  const element = elements(tools, source);
  if (start === undefined) tools.flow(element, total);
  else tools.flow(start, total);
  if (callee !== undefined) tools.call(callee, [total, element], total);
  tools.flow(total, call.to);
};

const wraps: Native = (call, tools) => tools.add(call.to, tools.native(SAME));

const cachedProperty: Native = (call, tools) => {
  const { object, cell } = tools.make(Made.PROPERTY);
  if (call.args[0] !== undefined) tools.store(cell, "fget", call.args[0]);
  tools.add(call.to, object);
};

/** A function that more functions are registered on: a call may reach each of them. */
const singledispatch: Native = (call, tools) => {
  const { object, cell } = tools.make(Made.PARTIAL);
  if (call.args[0] !== undefined) tools.store(cell, "func", call.args[0]);
  tools.add(call.to, object);
};

/** `@f.register`, `@f.register(int)`, `f.register(int, g)`. */
const register: Native = (call, tools) => {
  for (const value of call.args) {
    tools.each(value, (object) => {
      if (tools.kind(object) !== Kind.FUNCTION) return;
      tools.store(call.receiver, "func", value);
      tools.add(call.to, object);
    });
  }
  const [only] = call.args;
  if (call.args.length !== 1 || only === undefined) return;
  const later = tools.make(Made.PARTIAL, 1);
  tools.store(later.cell, "func", tools.holding(tools.native(REGISTER)));
  tools.store(later.cell, "0", call.receiver);
  tools.each(only, (object) => {
    if (tools.kind(object) !== Kind.FUNCTION) tools.add(call.to, later.object);
  });
};
const REGISTER = "tidegate.register";

/** What `@f.register(int)` decorates. */
const registered: Native = (call, tools) => {
  const [dispatch, value] = call.args;
  if (dispatch === undefined || value === undefined) return;
  tools.store(dispatch, "func", value);
  tools.flow(value, call.to);
};

/** `cmp_to_key(f)`: whatever is sorted by it calls f. */
const cmpToKey: Native = (call, tools) => {
  calling(tools, call.args[0], [nothing(tools), nothing(tools)]);
  tools.add(call.to, tools.data);
};

const defaultdict: Native = (call, tools) => {
  const [factory, ...rest] = call.args;
  dict({ ...call, args: rest }, tools);
  // The same container as above: one is made per call.
  const made = tools.make(Shape.DICT);
  tools.put(made.cell, "*", calling(tools, factory, []));
};

const awaited: Native = (call, tools) => {
  if (call.args[0] !== undefined) tools.await(call.args[0], call.to);
};

const gather: Native = (call, tools) => {
  const { object, cell } = tools.make(Shape.LIST);
  call.args.forEach((value, place) => {
    const to = tools.fresh();
    tools.await(value, to);
    tools.put(cell, String(place), to);
  });
  const spread = tools.fresh();
  for (const source of call.spread) tools.iterate(source, spread);
  tools.put(cell, "*", spread);
  tools.add(call.to, object);
};

/** `field(default=x)`, `field(default_factory=list)`: what the field holds at first. */
const field: Native = (call, tools) => {
  const value = call.named.get("default");
  const factory = call.named.get("default_factory");
  if (value !== undefined) tools.flow(value, call.to);
  if (factory === undefined) return;
  tools.call(factory, [], call.to);
};

const cast: Native = (call, tools) => {
  if (call.args[1] !== undefined) tools.flow(call.args[1], call.to);
};

/** Decorators that give back what they decorate. */
const DECORATORS = [
  "abc.abstractmethod",
  "contextlib.contextmanager",
  "contextlib.asynccontextmanager",
  "dataclasses.dataclass",
  "enum.unique",
  "functools.cache",
  "functools.lru_cache",
  "functools.total_ordering",
  "typing.final",
  "typing.no_type_check",
  "typing.overload",
  "typing.override",
  "typing.runtime_checkable",
];

/** Classes of the language whose members are of no interest: what is not found on them is looked for further up. */
const BASES = [
  "abc.ABC",
  "typing.Generic",
  "typing.Protocol",
  "enum.Enum",
  "enum.IntEnum",
  "enum.Flag",
  "enum.IntFlag",
];

export const library: NativeTable = {
  ...Object.fromEntries(DECORATORS.map((name) => [name, decorator])),
  ...Object.fromEntries(BASES.map((name) => [name, data])),
  [REGISTER]: registered,
  "functools.partial": partial,
  "functools.partialmethod": partial,
  "types.MethodType": method,
  "types.SimpleNamespace": namespace,
  "functools.reduce": reduce,
  "functools.wraps": wraps,
  "functools.update_wrapper": same,
  "functools.cached_property": cachedProperty,
  "abc.abstractproperty": cachedProperty,
  "functools.singledispatch": singledispatch,
  "partial.register": register,
  "functools.cmp_to_key": cmpToKey,
  "collections.defaultdict": defaultdict,
  "collections.OrderedDict": dict,
  "collections.Counter": dict,
  "collections.deque": collected(Shape.LIST),
  "asyncio.run": awaited,
  "asyncio.create_task": same,
  "asyncio.ensure_future": same,
  "asyncio.wait_for": awaited,
  "asyncio.shield": same,
  "asyncio.gather": gather,
  "copy.copy": same,
  "copy.deepcopy": same,
  "typing.cast": cast,
  "dataclasses.field": field,
  "attr.ib": field,
  "attrs.field": field,
};
