import { Arg, type Argument, LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { stringText } from "./keys.ts";
import { protocol } from "./operators.ts";
import type { Read, Reader } from "./reader.ts";

/** Builtins that change nothing that is known about the contents of names. */
const HARMLESS = new Set([
  "abs",
  "all",
  "any",
  "bool",
  "callable",
  "dict",
  "enumerate",
  "float",
  "format",
  "frozenset",
  "getattr",
  "hasattr",
  "id",
  "int",
  "isinstance",
  "issubclass",
  "len",
  "list",
  "max",
  "min",
  "print",
  "range",
  "repr",
  "reversed",
  "round",
  "set",
  "sorted",
  "str",
  "sum",
  "super",
  "tuple",
  "type",
  "zip",
]);

function call(reader: Reader, node: Node): Var {
  const { tree, writer } = reader;
  const callee = tree.field(node, "function");
  const list = tree.field(node, "arguments");
  const builtin = builtinName(reader, callee);
  const special = SPECIAL.get(builtin)?.(reader, list) ?? loaded(reader, callee, list);
  if (special !== undefined) return special;
  const target = reader.expression(callee);
  const args = callArguments(reader, list);
  if (!HARMLESS.has(builtin)) reader.forgetAll();
  reader.at(placeOf(reader, callee, node));
  const result = writer.call(target, args, tree.text(callee));
  const prefix = prefixOf(reader, callee);
  if (prefix !== undefined && /^[A-Za-z_]\w+$/.test(prefix)) reader.prefixes.set(result, prefix);
  return result;
}

/** `"visit_{}".format(kind)` begins so, and in lower case too. */
function prefixOf(reader: Reader, callee: Node): string | undefined {
  const { tree } = reader;
  if (callee === NONE || tree.type(callee) !== "attribute") return undefined;
  const object = tree.field(callee, "object");
  const method = tree.text(tree.field(callee, "attribute"));
  if (method === "format") return stringText(tree, object)?.split("{", 1)[0];
  if ((method !== "lower" && method !== "upper") || tree.type(object) !== "identifier") return undefined;
  const prefix = reader.prefixes.get(reader.expression(object));
  return method === "lower" ? prefix?.toLowerCase() : prefix?.toUpperCase();
}

/** Where a reader would say the call is: at the name called. */
function placeOf(reader: Reader, callee: Node, node: Node): Node {
  const name = callee === NONE ? NONE : reader.tree.field(callee, "attribute");
  return name === NONE ? node : name;
}

/** Name of the builtin called, "" if the name is bound in this file. */
export function builtinName(reader: Reader, callee: Node): string {
  if (callee === NONE || reader.tree.type(callee) !== "identifier") return "";
  const name = reader.tree.text(callee);
  return reader.find(name) === undefined ? name : "";
}

/** Arguments of a call, or of the head of a class, whose plain ones are read by `plain`. */
export function callArguments(reader: Reader, list: Node, plain: Read = readPlain): (Argument | Var)[] {
  if (list === NONE) return [];
  const { tree } = reader;
  if (tree.type(list) === "generator_expression") return [reader.expression(list)];
  const args: (Argument | Var)[] = [];
  for (const node of tree.children(list)) {
    switch (tree.type(node)) {
      case "list_splat":
        args.push({ kind: Arg.SPREAD, value: reader.expression(node) });
        break;
      case "dictionary_splat":
        args.push({ kind: Arg.SPREAD_NAMED, value: reader.expression(node) });
        break;
      case "keyword_argument": {
        const value = reader.expression(tree.field(node, "value"));
        args.push({ kind: Arg.NAMED, value, name: tree.text(tree.field(node, "name")) });
        break;
      }
      default:
        args.push(plain(reader, node));
    }
  }
  return args;
}

function readPlain(reader: Reader, node: Node): Var {
  return reader.expression(node);
}

type Special = (reader: Reader, list: Node) => Var | undefined;

/** Builtins whose meaning is in the text of the call. They give undefined when this call is an ordinary one. */
const SPECIAL: ReadonlyMap<string, Special> = new Map(
  Object.entries<Special>({
    super: superCall,
    getattr: (reader, list) => {
      const [object, name, fallback] = plainArguments(reader, list);
      if (object === undefined || name === undefined) return undefined;
      const field = stringText(reader.tree, name);
      if (field === undefined) return computedName(reader, list, [object, name, fallback]);
      const base = reader.expression(object);
      const other = fallback === undefined ? [] : [reader.expression(fallback)];
      reader.at(list);
      return reader.either([reader.writer.load(base, field), ...other]);
    },
    hasattr: (reader, list) => {
      const [object, name] = plainArguments(reader, list);
      const field = stringText(reader.tree, name ?? NONE);
      if (object === undefined || field === undefined) return undefined;
      const base = reader.expression(object);
      reader.at(list);
      reader.writer.load(base, field, LoadFlag.TYPE | LoadFlag.KNOWN);
      return reader.data();
    },
    setattr: (reader, list) => {
      const [object, name, value] = plainArguments(reader, list);
      const field = stringText(reader.tree, name ?? NONE);
      if (object === undefined || field === undefined || value === undefined) return undefined;
      const base = reader.expression(object);
      const stored = reader.expression(value);
      reader.at(list);
      reader.writer.store(base, field, stored);
      reader.learn(object, `.${field}`, stored);
      return reader.data();
    },
    __import__: importByName,
  }),
);

/** `getattr(o, name)`, where of the name perhaps the beginning is known. */
function computedName(
  reader: Reader,
  list: Node,
  [object, name, fallback]: readonly [Node, Node, Node | undefined],
): Var {
  const { writer } = reader;
  const callee = reader.global("getattr");
  const base = reader.expression(object);
  const key = reader.expression(name);
  const prefix = reader.prefixes.get(key);
  const args = [base, prefix === undefined ? key : reader.constant(`${prefix}*`)];
  if (fallback !== undefined) args.push(reader.expression(fallback));
  reader.at(list);
  return writer.call(callee, args, "getattr");
}

/** The arguments of a call that has only plain ones. */
function plainArguments(reader: Reader, list: Node): Node[] {
  if (list === NONE || reader.tree.type(list) !== "argument_list") return [];
  const nodes = reader.tree.children(list);
  const odd = nodes.some((node) => /splat|keyword/.test(reader.tree.type(node)));
  return odd ? [] : nodes;
}

/** `super()` and `super(Class, self)` inside Class. */
function superCall(reader: Reader, list: Node): Var | undefined {
  const { classUnit, className, self } = reader.body;
  if (classUnit === -1) return undefined;
  const args = plainArguments(reader, list);
  const [of, object] = args;
  if (of !== undefined && reader.tree.text(of) !== className) return undefined;
  reader.at(list);
  if (object !== undefined) return reader.writer.super(reader.expression(object), classUnit);
  if (args.length > 0 || self === -1) return undefined;
  return reader.writer.super(self, classUnit);
}

/** `importlib.import_module("a.b")`. */
function loaded(reader: Reader, callee: Node, list: Node): Var | undefined {
  const { tree } = reader;
  if (callee === NONE) return undefined;
  const name = tree.type(callee) === "attribute" ? tree.field(callee, "attribute") : callee;
  if (tree.type(name) !== "identifier" || tree.text(name) !== "import_module") return undefined;
  return importByName(reader, list);
}

function importByName(reader: Reader, list: Node): Var | undefined {
  const [name, around] = list === NONE ? [] : reader.tree.children(list);
  const written = stringText(reader.tree, name ?? NONE);
  if (written === undefined || written === "") return undefined;
  const specifier = below(written, stringText(reader.tree, around ?? NONE));
  reader.at(list);
  reader.writer.imports.push({ specifier, line: reader.writer.line, name: "", typeOnly: false });
  reader.forgetAll();
  return reader.writer.import(specifier);
}

/** `import_module(".sub", "package")`; seen from the file itself when the package is not written out. */
function below(name: string, around: string | undefined): string {
  return around !== undefined && /^\.[^.]/.test(name) ? around + name : name;
}

/** Python 2: `print a, b`, `exec code`. */
export function printed(reader: Reader, node: Node): void {
  for (const part of reader.tree.children(node)) {
    const shown = reader.tree.type(part) === "chevron" ? (reader.tree.children(part)[0] ?? NONE) : part;
    const value = reader.expression(shown);
    if (shown === part && reader.tree.type(part) === "identifier") protocol(reader, value, "__str__");
  }
}

export const calls: [string, Read][] = [["call", call]];
