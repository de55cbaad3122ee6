import type { Native, NativeTable } from "../natives.ts";
import { Kind, Made } from "../values.ts";
import { argument, data } from "./given.ts";

/** `getattr(o, name)` where the name is a constant held by a variable. */
const getattr: Native = (call, tools) => {
  // `super().__getattribute__(name)` is bound.
  const [object, name, fallback] = call.args.length === 1 ? [call.receiver, ...call.args] : call.args;
  if (fallback !== undefined) tools.flow(fallback, call.to);
  if (object === undefined || name === undefined) return;
  tools.each(name, (text) => {
    const field = tools.textOf(text);
    if (field === undefined) return;
    // `getattr(self, "visit_" + kind)`: any method so named.
    if (field.endsWith("*")) tools.loadMatching(object, field.slice(0, -1), call.to);
    else tools.load(object, field, call.to);
  });
};

const setattr: Native = (call, tools) => {
  const [object, name, value] = call.args.length === 2 ? [call.receiver, ...call.args] : call.args;
  if (object === undefined || name === undefined || value === undefined) return;
  tools.each(name, (text) => {
    const field = tools.textOf(text);
    if (field !== undefined) tools.store(object, field, value);
  });
};

const property: Native = (call, tools) => {
  const { object, cell } = tools.make(Made.PROPERTY);
  ["fget", "fset", "fdel"].forEach((name, place) => {
    const value = argument(call, place, name);
    if (value !== undefined) tools.store(cell, name, value);
  });
  tools.add(call.to, object);
};

/** `super().__init__(get)` in a class of properties. */
const propertyInit: Native = (call, tools) => {
  ["fget", "fset", "fdel"].forEach((name, place) => {
    const value = argument(call, place, name);
    if (value !== undefined) tools.store(call.receiver, name, value);
  });
};

/** `@x.setter`: a property that has what `x` has, and the new function. */
function accessor(name: string): Native {
  return (call, tools) => {
    const { object, cell } = tools.make(Made.PROPERTY);
    for (const kept of ["fget", "fset", "fdel"]) {
      if (kept === name) continue;
      const value = tools.fresh();
      tools.load(call.receiver, kept, value);
      tools.store(cell, kept, value);
    }
    if (call.args[0] !== undefined) tools.store(cell, name, call.args[0]);
    tools.add(call.to, object);
  };
}

/** staticmethod and classmethod. */
function wrapped(shape: number): Native {
  return (call, tools) => {
    const { object, cell } = tools.make(shape);
    if (call.args[0] !== undefined) tools.store(cell, "f", call.args[0]);
    tools.add(call.to, object);
  };
}

const type: Native = (call, tools) => {
  if (call.args.length === 1 && call.args[0] !== undefined) tools.typeOf(call.args[0], call.to);
};

/** `super(Class, self)` for a class that is not the one around. */
const above: Native = (call, tools) => {
  const [type, self] = call.args;
  if (type !== undefined && self !== undefined) tools.above(type, self, call.to);
};

/** `del object.name`, as the analyzer writes it: a property's deleter, a descriptor's `__delete__`. */
const deleted: Native = (call, tools) => {
  const [object, name] = call.args;
  if (object === undefined || name === undefined) return;
  tools.protocol(object, "__delattr__", [name]);
  const type = tools.fresh();
  tools.typeOf(object, type);
  tools.each(name, (text) => {
    const field = tools.textOf(text);
    if (field === undefined) return;
    const held = tools.fresh();
    tools.load(type, field, held);
    tools.each(held, (value) => {
      const one = tools.holding(value);
      if (tools.kind(value) === Kind.INSTANCE) tools.protocol(one, "__delete__", [object]);
      if (tools.shape(value) !== Made.PROPERTY) return;
      const deleter = tools.fresh();
      tools.load(one, "fdel", deleter);
      tools.call(deleter, [object]);
    });
  });
};

const isinstance: Native = (call, tools) => {
  const [value, kind] = call.args;
  if (value !== undefined && kind !== undefined) tools.protocol(kind, "__instancecheck__", [value]);
  tools.add(call.to, tools.data);
};

/** `object.__new__(cls)`. */
const fresh: Native = (call, tools) => {
  const [type = call.receiver] = call.args;
  tools.create(type, call.to);
};

/** Attributes, properties, and what `object` and `type` do. */
export const objects: NativeTable = {
  "builtins.getattr": getattr,
  "builtins.setattr": setattr,
  "builtins.delattr": deleted,
  "builtins.super": above,
  "builtins.isinstance": isinstance,
  "builtins.type": type,
  "builtins.property": property,
  "property.__init__": propertyInit,
  "property.getter": accessor("fget"),
  "property.setter": accessor("fset"),
  "property.deleter": accessor("fdel"),
  "builtins.staticmethod": wrapped(Made.STATIC),
  "builtins.classmethod": wrapped(Made.CLASSMETHOD),
  "builtins.object": data,
  "object.__new__": fresh,
  "builtins.object.__new__": fresh,
  "builtins.object.__setattr__": setattr,
  "builtins.object.__getattribute__": getattr,
  "builtins.type.__new__": fresh,
  "object.__init__": data,
  "object.__init_subclass__": data,
  "object.__setattr__": setattr,
  "object.__getattribute__": getattr,
  "type.__call__": data,
  "builtins.type.__call__": data,
  "type.__new__": fresh,
  "type.__init__": data,
};
