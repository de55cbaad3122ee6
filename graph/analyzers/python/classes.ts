import { Arg, CallFlag, Param, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { type Field, newBody } from "./body.ts";
import { callArguments } from "./calls.ts";
import { bindFunction, decorate, define, isExported } from "./definitions.ts";
import { literalKey } from "./keys.ts";
import type { Reader, Run } from "./reader.ts";

function decorated(reader: Reader, node: Node): void {
  const { tree } = reader;
  const decorators: Node[] = [];
  for (const child of tree.children(node)) {
    const [expression] = tree.type(child) === "decorator" ? tree.children(child) : [];
    if (expression !== undefined) decorators.push(expression);
  }
  const definition = tree.field(node, "definition");
  if (definition === NONE) reader.inside(node);
  else if (tree.type(definition) === "class_definition") bindClass(reader, definition, decorators);
  else bindFunction(reader, definition, decorators);
}

function bindClass(reader: Reader, node: Node, decorators: readonly Node[]): void {
  const { tree, writer } = reader;
  const name = tree.text(tree.field(node, "name"));
  const called = decorators.map((decorator) => reader.expression(decorator));
  const list = tree.field(node, "superclasses");
  const kind = list !== NONE && /(Enum|Flag)\b/.test(tree.text(list)) ? "enum" : "class";
  const def = define(reader, node, { type: "class", kind, name, exported: isExported(reader, name) });
  const { bases, keywords } = readBases(reader, list);
  const unit = writer.open(def, UnitFlag.CLASS);
  const body = newBody(writer, unit, def, unit, name);
  const type = writer.variable();
  body.enumeration = kind === "enum";
  const record = isRecord(reader, list, decorators);
  reader.inUnit(node, body, () =>
    readBody(reader, tree.field(node, "body"), record ? inherited(reader, list) : undefined),
  );
  reader.at(node);
  writer.class(unit, bases, type);
  const meta = keywords.find((keyword) => keyword.name === "metaclass");
  if (meta !== undefined) writer.store(type, "__metaclass__", meta.value);
  if (bases.length > 0)
    tellBases(
      reader,
      type,
      unit,
      keywords.filter((keyword) => keyword !== meta),
    );
  if (name !== "") reader.write(name, decorate(reader, type, decorators, called));
}

interface Keyword {
  kind: number;
  name?: string;
  value: Var;
}

function readBases(reader: Reader, list: Node): { bases: Var[]; keywords: Keyword[] } {
  const bases: Var[] = [];
  const keywords: Keyword[] = [];
  for (const argument of callArguments(reader, list, base)) {
    if (typeof argument === "number") bases.push(argument);
    else if (argument.kind === Arg.SPREAD) bases.push(reader.writer.item(argument.value, "*"));
    else keywords.push(argument);
  }
  return { bases, keywords };
}

/** A base class; `Box[int]` is `Box`. */
function base(reader: Reader, node: Node): Var {
  const { tree } = reader;
  if (tree.type(node) !== "subscript") return reader.expression(node);
  const [key] = tree.fields(node, "subscript");
  if (key === undefined || literalKey(tree, key) !== undefined) return reader.expression(node);
  return base(reader, tree.field(node, "value"));
}

/** Reads the body of a class and puts its names on it. With `above`, objects of it take their fields as arguments. */
function readBody(reader: Reader, block: Node, above: readonly Field[] | undefined): void {
  const { writer, body, scope } = reader;
  const around = reader.fields;
  reader.fields = [];
  reader.block(block);
  const self = writer.units[body.unit]?.self ?? -1;
  const bare = new Set(
    above === undefined ? [] : reader.fields.filter((field) => !field.given).map((field) => field.name),
  );
  for (const binding of scope.bindings.values()) {
    const last = body.flow.last(binding);
    if (last !== undefined && !bare.has(binding.name)) writer.store(self, binding.name, last);
  }
  if (above !== undefined) {
    const names = new Set(reader.fields.map((field) => field.name));
    const fields = [...above.filter((field) => !names.has(field.name)), ...reader.fields];
    reader.records.set(body.className, fields);
    if (!scope.names.has("__init__")) writer.store(self, "__init__", constructorOf(reader, fields));
  }
  reader.fields = around;
}

/** The constructor that a dataclass is given: nobody wrote it, so it is no definition. */
function constructorOf(reader: Reader, fields: readonly Field[]): Var {
  const { writer } = reader;
  const unit = writer.open(-1, UnitFlag.METHOD | UnitFlag.TYPE);
  const self = writer.param(unit, "self");
  const parameters = fields.map((field) =>
    writer.param(unit, field.name, Param.PLAIN, field.given ? field.value : -1),
  );
  writer.within(unit, () => {
    fields.forEach((field, index) => {
      const parameter = parameters[index] as Var;
      if (!field.given) writer.hint(parameter, field.value);
      writer.store(self, field.name, parameter);
    });
  });
  return writer.func(unit);
}

const RECORDERS = /(^|\.)(dataclass|define|frozen|mutable|attrs|dataclass_transform)$|^attr\.s$/;
const RECORDS = /(^|\.)(NamedTuple|BaseModel|Struct)$/;

/** Classes whose annotated names become arguments of the constructor. */
function isRecord(reader: Reader, list: Node, decorators: readonly Node[]): boolean {
  const { tree } = reader;
  const decorated = decorators.some((decorator) => {
    const called = tree.type(decorator) === "call" ? tree.field(decorator, "function") : decorator;
    return RECORDERS.test(tree.text(called));
  });
  return decorated || basesOf(reader, list).some((base) => RECORDS.test(base) || reader.records.has(base));
}

function basesOf(reader: Reader, list: Node): string[] {
  return list === NONE ? [] : reader.tree.children(list).map((base) => reader.tree.text(base));
}

/** Fields of the classes above, as far as they are in this file. */
function inherited(reader: Reader, list: Node): readonly Field[] {
  return basesOf(reader, list).flatMap((base) => reader.records.get(base) ?? []);
}

/** The classes above hear of a new class by `__init_subclass__`. */
function tellBases(reader: Reader, type: Var, unit: number, keywords: readonly Keyword[]): void {
  const { writer } = reader;
  const hook = writer.load(writer.super(type, unit), "__init_subclass__", 4);
  writer.call(hook, keywords, "__init_subclass__", CallFlag.QUIET);
  reader.forgetAll();
}

export const classes: [string, Run][] = [
  ["class_definition", (reader, node) => bindClass(reader, node, [])],
  ["decorated_definition", decorated],
];
