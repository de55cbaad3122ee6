/**
 * The small language that every analyzer speaks and the resolver runs: how values that can be called move through a
 * file. An op is its code followed by operands, all int32. Operand letters below:
 *
 *   v  a variable (file-wide number)      s  a string (index into `Facts.strings`)
 *   u  a unit (function, class body, module; index into `Facts.units`)
 *   n  a plain number                     l  a line, 1-based
 *   *  the rest has a counted form of its own
 */
export const Op = {
  /** COPY v:to v:from. `to` may hold whatever `from` holds. */
  COPY: 1,
  /** FUNC v:to u. A function value closing over the running unit. */
  FUNC: 2,
  /** CLASS v:to u n:count v*:bases. A class; its body unit runs at once and stores members on it (see `Unit.self`). */
  CLASS: 3,
  /** NEW v:to n:shape. A fresh container made here; see `Shape`. */
  NEW: 4,
  /** LOAD v:to v:base s:name l n:flags. `base.name`; see `LoadFlag`. */
  LOAD: 5,
  /** STORE v:base s:name v:from l. `base.name = from`. */
  STORE: 6,
  /** ITEM v:to v:base s:key l. `base[key]` with a literal key ("a" or "0"); "*" when the key is not known. */
  ITEM: 7,
  /** PUT v:base s:key v:from l. `base[key] = from`; key "*" when it is not known (append, add, computed). */
  PUT: 8,
  /** ITEMV v:to v:base v:key l. `base[key]` where the key is a variable that may hold constants. */
  ITEMV: 9,
  /** PUTV v:base v:key v:from l. */
  PUTV: 10,
  /**
   * CALL v:to v:callee l n:column n:flags s:text n:args then args pairs (n:kind, v) and, for kind NAMED, (n, s, v).
   * `text` is the callee as written, shortened to 80 characters, for the list of what could not be resolved.
   */
  CALL: 11,
  /** RETURN v:from. */
  RETURN: 12,
  /** YIELD v:from. The unit must carry the flag GENERATOR. */
  YIELD: 13,
  /** ITER v:to v:from l. One element met when iterating `from`. */
  ITER: 14,
  /** AWAIT v:to v:from. What a promise or coroutine settles to; anything else is itself. */
  AWAIT: 15,
  /** IMPORT v:to s:specifier l. The module object itself (Python: the module `a.b`, not its top package). */
  IMPORT: 16,
  /** FROM v:to s:specifier s:name l. One export of a module, or its submodule of that name. */
  FROM: 17,
  /** STAR s:specifier l. `from m import *`, `export * from`: every public name becomes a name of this module. */
  STAR: 18,
  /** EXPORT s:name v:from. A name of this module as others see it. JavaScript: "default", and "=" for module.exports. */
  EXPORT: 19,
  /** GLOBAL v:to s:name l. A name that nothing in this file binds: star imports, package scope, builtins. */
  GLOBAL: 20,
  /** SUPER v:to v:self u:class. `super()` inside a method of `class`. */
  SUPER: 21,
  /** CONST v:to s:value. A literal string (or number as text) that may be used as a key or attribute name. */
  CONST: 22,
  /** INSTANCE v:to v:type. Some object of that declared type (an annotation). */
  INSTANCE: 23,
  /** HINT v:to v:from. As COPY, but only when nothing else reached `to` (Python annotations). */
  HINT: 24,
  /** THROW v:from. */
  THROW: 25,
  /** CATCH v:to v:type. What was thrown anywhere and is of that type; some object of it when nothing is known of that. */
  CATCH: 26,
  /** NARROW v:to v:from v:type. As COPY, without the objects of classes that have nothing to do with the class `type`. */
  NARROW: 27,
} as const;

/** Operand letters of each op, index = code; `*` marks the counted tail of CLASS and CALL. */
export const LAYOUT = [
  "",
  "vv",
  "vu",
  "vu*",
  "vn",
  "vvsln",
  "vsvl",
  "vvsl",
  "vsvl",
  "vvvl",
  "vvvl",
  "vvlnns*",
  "v",
  "v",
  "vvl",
  "vv",
  "vsl",
  "vssl",
  "sl",
  "sv",
  "vsl",
  "vvu",
  "vs",
  "vv",
  "vv",
  "v",
  "vv",
  "vvv",
] as const;

/** What NEW makes. */
export const Shape = {
  /** Python list, tuple and set; a JavaScript array: elements by "0", "1", ... and "*". */
  LIST: 1,
  TUPLE: 2,
  SET: 3,
  /** Python dict: entries by ITEM and PUT. */
  DICT: 4,
  /** JavaScript object literal: entries by LOAD and STORE. */
  OBJECT: 5,
  ARRAY: 6,
  /** A value of no interest (number, string, None, template ...), so that "unknown" and "nothing" stay apart. */
  DATA: 7,
  /** A promise of the value stored on it under "value". */
  PROMISE: 8,
  /** JavaScript Map: values under "*". The number is that of the resolver's own `Made.MAP`. */
  MAP: 24,
} as const;

/** Flags of LOAD; they may be added. */
export const LoadFlag = {
  NONE: 0,
  /** A function found is bound to the object it was found on (JavaScript `o.m(...)`). Python binds by itself. */
  BIND: 1,
  /** The value is known already (strong update): only properties and descriptors are of interest. */
  KNOWN: 2,
  /** An operator or protocol method (`__add__`, `Symbol.iterator`): looked up on the type, and nothing is missing if absent. */
  TYPE: 4,
} as const;

/** Flags of CALL; they may be added. */
export const CallFlag = {
  NONE: 0,
  /** JavaScript `new`, and JSX elements of class components. */
  NEW: 1,
  /** A decorator: when it is not ours, what it decorates comes out unchanged. */
  DECORATOR: 2,
  /** Operators and protocols: unresolved is not reported. */
  QUIET: 4,
} as const;

/** Kinds of arguments in CALL. */
export const Arg = {
  PLAIN: 0,
  /** `*xs`, `...xs` */ SPREAD: 1,
  /** `name=x` */ NAMED: 2,
  /** `**xs` */ SPREAD_NAMED: 3,
} as const;

/** Kinds of parameters. */
export const Param = {
  PLAIN: 0,
  /** `*args`, `...rest` */
  REST: 1,
  /** Only by name. */
  NAMED: 2,
  /** `**kwargs` */
  REST_NAMED: 3,
} as const;

/** Flags of a unit; they may be added. */
export const UnitFlag = {
  NONE: 0,
  GENERATOR: 1,
  ASYNC: 2,
  /** JavaScript arrow: `this` is the owner's. */
  ARROW: 4,
  /** A class body (or interface, struct, trait, enum). */
  CLASS: 8,
  /** Runs to produce an object of a declared type (type alias, interface member type); never a caller. */
  TYPE: 16,
  /** Bound by name to instances: Python methods, Go methods with receiver, JavaScript methods. */
  METHOD: 32,
  STATIC: 64,
  /** JavaScript/TypeScript accessor (`get x()`), Python property through its decorator instead. */
  GETTER: 128,
  SETTER: 256,
  /** Has no body: overload signature, interface method, abstract declaration. */
  DECLARED: 512,
} as const;
