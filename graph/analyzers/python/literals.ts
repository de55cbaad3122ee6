import { CallFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { literalKey } from "./keys.ts";
import { protocol } from "./operators.ts";
import type { Read, Reader } from "./reader.ts";
import { takeNext } from "./targets.ts";

function scalar(reader: Reader, node: Node): Var {
  const key = literalKey(reader.tree, node);
  return key === undefined ? text(reader, node) : reader.constant(key);
}

/** A string that is no key; what is interpolated is read, and turned into text by the methods for that. */
function text(reader: Reader, node: Node): Var {
  const { tree } = reader;
  let begin: string | undefined;
  for (let part = tree.first(node); part !== NONE; part = tree.next(part)) {
    const type = tree.type(part);
    if (type === "string") text(reader, part);
    if (type === "string_content") begin ??= tree.text(part);
    if (type !== "interpolation" && type !== "format_expression") continue;
    begin ??= "";
    const inner = tree.field(part, "expression");
    const value = reader.expression(inner);
    const specifier = tree.field(part, "format_specifier");
    if (specifier !== NONE) text(reader, specifier);
    const shown = inner === NONE ? "" : tree.type(inner);
    if (shown !== "identifier" && shown !== "attribute" && shown !== "call") continue;
    reader.at(inner);
    protocol(reader, value, formatter(tree.text(tree.field(part, "type_conversion"))));
  }
  return begin === undefined || tree.type(node) !== "string" ? reader.data() : reader.text(begin);
}

/** `format(x, "")` is asked of every value that is not converted first; of an object without it, `__str__`. */
function formatter(conversion: string): string {
  if (conversion === "!r" || conversion === "!a") return "__repr__";
  return conversion === "!s" ? "__str__|__repr__" : "__format__|__str__|__repr__";
}

/** Elements of a literal beyond these are a table of data: plain ones are left out, others lose their place. */
const TOLD_APART = 64;
const PLAIN = new Set([
  "integer",
  "float",
  "string",
  "true",
  "false",
  "none",
  "concatenated_string",
  "unary_operator",
]);

function isPlainPair({ tree }: Reader, entry: Node): boolean {
  if (tree.type(entry) !== "pair") return false;
  return PLAIN.has(tree.type(tree.field(entry, "key"))) && PLAIN.has(tree.type(tree.field(entry, "value")));
}

function display(shape: number): Read {
  return (reader, node) => {
    const { tree, writer } = reader;
    const elements = tree.children(node);
    const to = writer.make(shape);
    reader.made.add(to);
    let index = 0;
    for (const element of elements) {
      const type = tree.type(element);
      if (index >= TOLD_APART && PLAIN.has(type)) continue;
      if (type === "list_splat" || type === "list_splat_pattern") {
        writer.put(to, "*", spread(reader, element));
        index = Number.NaN;
      } else {
        const value = reader.expression(element);
        if (shape === Shape.SET || !(index < TOLD_APART)) writer.put(to, "*", value);
        else writer.put(to, String(index), value);
        index += 1;
      }
    }
    return to;
  };
}

/** One element of what is spread by `*xs`. */
function spread(reader: Reader, splat: Node): Var {
  const value = reader.expression(reader.tree.children(splat)[0] ?? NONE);
  reader.at(splat);
  return reader.writer.iterate(value);
}

function dictionary(reader: Reader, node: Node): Var {
  const { tree, writer } = reader;
  const to = writer.make(Shape.DICT);
  reader.made.add(to);
  let index = 0;
  for (const entry of tree.children(node)) {
    index += 1;
    if (index > TOLD_APART && isPlainPair(reader, entry)) continue;
    if (tree.type(entry) === "dictionary_splat") {
      const other = reader.expression(tree.children(entry)[0] ?? NONE);
      reader.at(entry);
      writer.call(writer.load(to, "update"), [other], "update", CallFlag.QUIET);
    } else if (tree.type(entry) === "pair") pair(reader, entry, to);
    else reader.expression(entry);
  }
  return to;
}

function pair(reader: Reader, entry: Node, to: Var): void {
  const { tree, writer } = reader;
  const key = tree.field(entry, "key");
  const literal = literalKey(tree, key);
  const by = literal === undefined ? reader.expression(key) : -1;
  const value = reader.expression(tree.field(entry, "value"));
  if (literal !== undefined) writer.put(to, literal, value);
  else writer.putBy(to, by, value);
}

function comprehension(shape: number): Read {
  return (reader, node) => {
    const { tree, writer } = reader;
    const to = writer.make(shape);
    reader.made.add(to);
    const body = tree.field(node, "body");
    const clauses: Node[] = [];
    for (let clause = tree.first(node); clause !== NONE; clause = tree.next(clause)) {
      const type = tree.type(clause);
      if (type === "for_in_clause" || type === "if_clause") clauses.push(clause);
    }
    const [first] = clauses;
    // The first iterable is read outside of the comprehension.
    const source = first === undefined ? -1 : sourceOf(reader, first);
    reader.inScope(node, () => {
      reader.body.flow.loop(() => {
        for (const clause of clauses) {
          if (tree.type(clause) === "if_clause") reader.inside(clause);
          else takeNext(reader, clause, clause === first ? source : sourceOf(reader, clause));
        }
        if (body !== NONE && tree.type(body) === "pair") pair(reader, body, to);
        else writer.put(to, "*", reader.expression(body));
      });
    });
    reader.forgetAll();
    return to;
  };
}

function sourceOf(reader: Reader, clause: Node): Var {
  return reader.expression(reader.tree.field(clause, "right"));
}

const list = display(Shape.LIST);
const tuple = display(Shape.TUPLE);

export const literals: [string, Read][] = [
  ["string", scalar],
  ["concatenated_string", text],
  ["integer", scalar],
  ["float", (reader) => reader.data()],
  ["true", scalar],
  ["false", scalar],
  ["none", scalar],
  ["ellipsis", (reader) => reader.data()],
  ["list", list],
  ["tuple", tuple],
  ["expression_list", tuple],
  ["pattern_list", tuple],
  ["tuple_pattern", tuple],
  ["list_pattern", list],
  ["set", display(Shape.SET)],
  ["dictionary", dictionary],
  ["list_comprehension", comprehension(Shape.LIST)],
  ["set_comprehension", comprehension(Shape.SET)],
  ["generator_expression", comprehension(Shape.LIST)],
  ["dictionary_comprehension", comprehension(Shape.DICT)],
];
