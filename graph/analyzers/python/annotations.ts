import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Reader } from "./reader.ts";
import { assign } from "./targets.ts";

/** A type as written: `a.b.C[D, E]`, or several joined by `|`. */
interface Type {
  name: string;
  args: Type[];
  /** Other members of a union. */
  or: Type[];
}

const MAX_TEXT = 400;
const MAX_NESTING = 20;

const DATA = new Set([
  "int",
  "str",
  "float",
  "bool",
  "bytes",
  "complex",
  "None",
  "bytearray",
  "Literal",
  "AnyStr",
]);
const UNKNOWN = new Set(["Any", "object", "Callable", "...", "TypeVar", "NoReturn", "Never", ""]);
const LISTS = new Set([
  "list",
  "List",
  "Sequence",
  "MutableSequence",
  "Iterable",
  "Iterator",
  "Generator",
  "AsyncIterable",
  "AsyncIterator",
  "AsyncGenerator",
  "Collection",
  "Set",
  "set",
  "AbstractSet",
  "MutableSet",
  "frozenset",
  "FrozenSet",
  "deque",
  "Deque",
]);
const DICTS = new Set([
  "dict",
  "Dict",
  "Mapping",
  "MutableMapping",
  "DefaultDict",
  "defaultdict",
  "OrderedDict",
]);
const TRANSPARENT = new Set([
  "Optional",
  "Annotated",
  "ClassVar",
  "Final",
  "Required",
  "NotRequired",
  "ReadOnly",
]);
const SETTLED = new Set(["Awaitable", "Coroutine"]);

/** A variable of the running unit that holds some object of the annotated type; undefined when that says nothing. */
export function hintOf(reader: Reader, node: Node): Var | undefined {
  if (node === NONE) return undefined;
  const text = reader.tree.text(node);
  if (text.length > MAX_TEXT) return undefined;
  reader.at(node);
  const type = parse(text);
  return type === undefined ? undefined : hinted(reader, type);
}

/** `target: T = value` and `target: T`. */
export function annotated(reader: Reader, target: Node, type: Node, right: Node): Var {
  const { writer, tree } = reader;
  const hint = hintOf(reader, type);
  let value: Var | undefined;
  if (right !== NONE) {
    const given = reader.expression(right);
    value = given;
    if (hint !== undefined && hint !== reader.body.data) {
      value = writer.variable();
      writer.copy(value, given);
      writer.hint(value, hint);
    }
  } else if (hint !== undefined && reader.scope.kind === "class") {
    value = writer.variable();
    writer.hint(value, hint);
  }
  if (target !== NONE && reader.scope.kind === "class" && tree.type(target) === "identifier") {
    const own = /^(typing\.)?ClassVar\b/.test(tree.text(type));
    if (!own)
      reader.fields.push({ name: tree.text(target), value: value ?? reader.data(), given: right !== NONE });
  }
  if (value !== undefined) assign(reader, target, value);
  return value ?? reader.data();
}

function hinted(reader: Reader, type: Type): Var | undefined {
  if (type.or.length === 0) return memberOf(reader, type);
  const values = [memberOf(reader, type), ...type.or.map((other) => memberOf(reader, other))];
  const known = values.filter((value) => value !== undefined);
  // `X | None`: None is never called.
  const useful = known.filter((value) => value !== reader.body.data);
  if (known.length === 0) return undefined;
  return useful.length === 0 ? known[0] : reader.either(useful);
}

function memberOf(reader: Reader, type: Type): Var | undefined {
  const { name, args } = type;
  const { writer } = reader;
  const bare = name.slice(name.lastIndexOf(".") + 1);
  if (UNKNOWN.has(bare)) return undefined;
  if (DATA.has(bare) && (bare === name || bare === "Literal")) return reader.data();
  const [first] = args;
  if (first === undefined) {
    if (bare === "Self") return selfOf(reader);
    if (LISTS.has(bare) || DICTS.has(bare) || bare === "tuple" || bare === "Tuple") return undefined;
    return writer.instance(classNamed(reader, name));
  }
  if (TRANSPARENT.has(bare)) return hinted(reader, first);
  if (bare === "Union") return hinted(reader, { ...first, or: [...first.or, ...args.slice(1)] });
  if (SETTLED.has(bare)) return hinted(reader, args.at(-1) as Type);
  if (bare === "Type" || bare === "type")
    return first.args.length === 0 ? classNamed(reader, first.name) : undefined;
  if (LISTS.has(bare)) return container(reader, Shape.LIST, [["*", first]]);
  if (DICTS.has(bare)) return container(reader, Shape.DICT, [["*", args.at(-1) as Type]]);
  if (bare === "tuple" || bare === "Tuple") {
    if (args[1]?.name === "...") return container(reader, Shape.TUPLE, [["*", first]]);
    return container(
      reader,
      Shape.TUPLE,
      [...args.entries()].map(([index, arg]) => [String(index), arg]),
    );
  }
  return writer.instance(classNamed(reader, name));
}

function container(reader: Reader, shape: number, entries: [string, Type][]): Var | undefined {
  const { writer } = reader;
  const known = entries.map(([key, type]) => [key, hinted(reader, type)] as const);
  if (known.every(([, value]) => value === undefined)) return undefined;
  const to = writer.make(shape);
  for (const [key, value] of known) if (value !== undefined) writer.put(to, key, value);
  return to;
}

/** `a.b.C` as the class; a name that is bound further down in the file is taken for what it will be. */
function classNamed(reader: Reader, name: string): Var {
  const [first = "", ...rest] = name.split(".");
  const binding = reader.find(first);
  let value =
    binding === undefined || reader.scope.kind === "class"
      ? reader.name(first)
      : reader.body.flow.read(binding);
  for (const field of rest) value = reader.writer.load(value, field);
  return value;
}

function selfOf(reader: Reader): Var | undefined {
  const { classUnit } = reader.body;
  if (classUnit === -1) return undefined;
  return reader.writer.instance(reader.writer.units[classUnit]?.self ?? -1);
}

/** Types are read from their text, since they may stand in quotes. */
function parse(text: string): Type | undefined {
  let at = 0;
  const skip = () => {
    while (at < text.length && /[\s"'\\]/.test(text[at] as string)) at += 1;
  };
  const word = (): string => {
    skip();
    const start = at;
    while (at < text.length && /[\w.\u0080-\uffff]/.test(text[at] as string)) at += 1;
    const found = text.slice(start, at);
    skip();
    return found;
  };
  const list = (depth: number): Type[] => {
    const found: Type[] = [];
    while (at < text.length && text[at] !== "]") {
      const before = at;
      const type = union(depth + 1);
      if (type !== undefined) found.push(type);
      if (text[at] === "," || at === before) at += 1;
      skip();
    }
    at += 1;
    skip();
    return found;
  };
  const one = (depth: number): Type | undefined => {
    const name = word();
    if (name === "" && text[at] !== "[") return undefined;
    if (text[at] !== "[" || depth > MAX_NESTING) return { name, args: [], or: [] };
    at += 1;
    return { name, args: list(depth), or: [] };
  };
  const union = (depth: number): Type | undefined => {
    const first = one(depth);
    while (first !== undefined && text[at] === "|") {
      at += 1;
      const other = one(depth);
      if (other !== undefined) first.or.push(other);
    }
    return first;
  };
  return union(0);
}
