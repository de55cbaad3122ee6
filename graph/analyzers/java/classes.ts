import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { argumentsOf, construct } from "./calls.ts";
import { type ClassScope, hasModifier, type JavaFile, type Naming, owned, stamp } from "./file.ts";
import { constructorOf, headerStart, method } from "./methods.ts";
import { declareTypeParameters, sample, typeOf } from "./types.ts";

export const KINDS: Record<string, string> = {
  class_declaration: "class",
  interface_declaration: "interface",
  annotation_type_declaration: "interface",
  enum_declaration: "enum",
  record_declaration: "class",
};

/** Puts the name of a declared class into scope. */
export function predeclare(file: JavaFile, node: Node): void {
  const { tree, writer, names } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name !== "") names.declare(name, "type", writer.unit, writer.variable(), node);
}

/** A class declaration; `naming` is for bodies without a declaration of their own. Gives the class. */
export function classBody(file: JavaFile, node: Node, naming: Naming): Var {
  const { tree, writer, names } = file;
  if (naming.name !== "") return read(file, node, naming, tree.childOf(node, "class_body"));
  const name = tree.text(tree.field(node, "name"));
  const kind = KINDS[tree.type(node)] ?? "";
  if (name === "" || kind === "") return PLAIN;
  let own = names.here(name);
  if (own?.node !== node) {
    predeclare(file, node);
    own = names.here(name);
  }
  const variable = own?.variable ?? writer.variable();
  const isInterface = kind === "interface";
  names.open();
  declareTypeParameters(file, node);
  const extended = typesIn(file, tree.childOf(node, isInterface ? "extends_interfaces" : "superclass"));
  const interfaces = typesIn(file, tree.field(node, "interfaces"));
  const body = tree.field(node, "body");
  read(file, node, { name, kind, bases: extended, interfaces, variable }, body);
  names.close();
  return variable;
}

function typesIn(file: JavaFile, node: Node): Var[] {
  const { tree } = file;
  if (node === NONE) return [];
  const list = tree.childOf(node, "type_list");
  return tree
    .children(list === NONE ? node : list)
    .map((type) => typeOf(file, type))
    .filter((type) => type !== PLAIN);
}

function read(file: JavaFile, node: Node, naming: Naming, body: Node): Var {
  const { tree, writer, classes } = file;
  const def = define(file, node, naming, body);
  const unit = writer.open(def, UnitFlag.CLASS);
  const { variable } = naming;
  const scope: ClassScope = {
    unit,
    variable,
    def,
    methods: new Set(),
    fields: new Set(),
    self: PLAIN,
    isStatic: false,
    inherits: naming.bases.length + naming.interfaces.length > 0,
  };
  classes.push(scope);
  owned(file, def, () =>
    writer.within(unit, () => {
      const self = selfOfUnit(file, unit);
      for (const type of naming.interfaces) writer.store(self, "__implements__", type);
      const parts = body === NONE ? [] : partsOf(file, body);
      for (const part of parts) collect(file, scope, part);
      if (tree.type(node) === "record_declaration") components(file, scope, node);
      // What initial values call has to be there before them.
      for (const part of parts) if (!initialises(tree.type(part))) member(file, scope, part);
      for (const part of parts) if (initialises(tree.type(part))) member(file, scope, part);
    }),
  );
  classes.pop();
  return writer.class(unit, naming.bases, variable);
}

function define(file: JavaFile, node: Node, naming: Naming, body: Node): number {
  const { tree, writer } = file;
  const start = headerStart(file, node);
  const isNamed = KINDS[tree.type(node)] !== undefined;
  const def = writer.define(
    {
      type: "class",
      kind: naming.kind,
      name: naming.name,
      owner: file.owner,
      lines: [tree.lineAt(start), tree.endLine(node)],
      docstring: isNamed ? commentAbove(tree, tree.start(node), "//") : "",
      signature: signature(tree, node, body, start),
      exported: hasModifier(file, node, "public"),
      test: false,
      cyclomatic: 0,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    file.scope,
  );
  file.owners.set(node, def);
  return def;
}

function selfOfUnit(file: JavaFile, unit: number): Var {
  return (file.writer.units[unit] as { self: Var }).self;
}

/** Members of a body; those of an enum stand behind its constants. */
function partsOf(file: JavaFile, body: Node): Node[] {
  const { tree } = file;
  return tree.children(body).flatMap((part) => {
    return tree.type(part) === "enum_body_declarations" ? tree.children(part) : [part];
  });
}

/** Members see each other wherever they stand. */
function collect(file: JavaFile, scope: ClassScope, part: Node): void {
  const { tree } = file;
  switch (tree.type(part)) {
    case "method_declaration":
    case "annotation_type_element_declaration":
      scope.methods.add(tree.text(tree.field(part, "name")));
      return;
    case "field_declaration":
    case "constant_declaration":
      for (const declarator of tree.fields(part, "declarator")) {
        scope.fields.add(tree.text(tree.field(declarator, "name")));
      }
      return;
    case "enum_constant":
      scope.fields.add(tree.text(tree.field(part, "name")));
      return;
    default:
      if (KINDS[tree.type(part)] !== undefined) predeclare(file, part);
  }
}

function initialises(type: string): boolean {
  return (
    type === "field_declaration" ||
    type === "constant_declaration" ||
    type === "enum_constant" ||
    type === "block" ||
    type === "static_initializer"
  );
}

function member(file: JavaFile, scope: ClassScope, part: Node): void {
  const { tree, writer } = file;
  switch (tree.type(part)) {
    case "method_declaration":
      method(file, scope, part);
      return;
    case "constructor_declaration":
    case "compact_constructor_declaration":
      constructorOf(file, scope, part);
      return;
    case "field_declaration":
    case "constant_declaration":
      fields(file, scope, part);
      return;
    case "enum_constant":
      enumConstant(file, scope, part);
      return;
    case "block":
    case "static_initializer":
      file.run(part);
      return;
    default:
      if (KINDS[tree.type(part)] !== undefined) {
        const name = tree.text(tree.field(part, "name"));
        const inner = classBody(file, part, {
          name: "",
          kind: "",
          bases: [],
          interfaces: [],
          variable: PLAIN,
        });
        if (inner !== PLAIN) writer.store(selfOfUnit(file, scope.unit), name, inner);
      }
  }
}

function fields(file: JavaFile, scope: ClassScope, node: Node): void {
  const { tree, writer } = file;
  const type = tree.field(node, "type");
  for (const declarator of tree.fields(node, "declarator")) {
    const name = tree.text(tree.field(declarator, "name"));
    const initial = tree.field(declarator, "value");
    const held = file.value(initial);
    const some = sample(file, type);
    if (held === PLAIN && some === PLAIN) continue;
    const own = writer.variable();
    if (held === PLAIN) writer.copy(own, some);
    else {
      writer.copy(own, held);
      if (some !== PLAIN) writer.hint(own, some);
    }
    writer.store(selfOfUnit(file, scope.unit), name, own);
  }
}

/** `NAME(args) { ... }`: an object of the enum, or of a class of its own below it. */
function enumConstant(file: JavaFile, scope: ClassScope, node: Node): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  const body = tree.field(node, "body");
  const self = selfOfUnit(file, scope.unit);
  const args = argumentsOf(file, tree.field(node, "arguments"));
  let type = self;
  if (body !== NONE) {
    const own = `<class:${tree.line(node)}:${tree.column(node)}>`;
    const naming = { name: own, kind: "class", bases: [self], interfaces: [], variable: writer.variable() };
    type = read(file, node, naming, body);
  }
  stamp(file, node);
  writer.store(self, name, construct(file, type, args, name));
}

/** The fields of a record, which also have methods of their names. */
function components(file: JavaFile, scope: ClassScope, node: Node): void {
  const { tree, writer } = file;
  const self = selfOfUnit(file, scope.unit);
  const list = tree.field(node, "parameters");
  for (const parameter of list === NONE ? [] : tree.children(list)) {
    const name = tree.text(tree.field(parameter, "name"));
    const some = sample(file, tree.field(parameter, "type"));
    scope.fields.add(name);
    if (some === PLAIN || scope.methods.has(name)) continue;
    writer.store(self, name, some);
    const getter = writer.open(-1, UnitFlag.TYPE | UnitFlag.METHOD);
    writer.within(getter, () => writer.result(writer.load(self, name)));
    writer.store(self, `${name}/0`, writer.func(getter));
  }
}
