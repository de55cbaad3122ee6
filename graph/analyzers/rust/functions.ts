import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { owned, type RustFile } from "./file.ts";
import { bindPattern } from "./patterns.ts";
import { declareTypeParameters, sample } from "./types.ts";

export interface FunctionRole {
  kind: string;
  /** `Self` inside of it; PLAIN for free functions. */
  selfType: Var;
  isTest: boolean;
}

/** A function or method, with or without body; gives its value. */
export function functionItem(file: RustFile, node: Node, role: FunctionRole): Var {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name === "") return PLAIN;
  const list = tree.field(node, "parameters");
  const hasSelf = list !== NONE && takesSelf(file, list);
  const def = define(file, node, name, role);
  const body = tree.field(node, "body");
  const isMethod = role.kind === "method";
  const flags =
    (isMethod ? UnitFlag.METHOD : 0) |
    (isMethod && !hasSelf ? UnitFlag.STATIC : 0) |
    (body === NONE ? UnitFlag.DECLARED : 0);
  const unit = writer.open(def, flags);
  owned(file, def, () =>
    writer.within(unit, () => {
      declareTypeParameters(file, node);
      for (const parameter of list === NONE ? [] : tree.children(list))
        bindParameter(file, unit, parameter, role);
      result(file, unit, tree.field(node, "return_type"), body);
    }),
  );
  return writer.func(unit);
}

function define(file: RustFile, node: Node, name: string, role: FunctionRole): number {
  const { tree, writer, scope } = file;
  const parent = file.typeDefs.get(scope);
  const def = writer.define(
    {
      type: "function",
      kind: role.kind,
      name,
      owner: parent ?? file.owner,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: commentAbove(tree, tree.start(node), "///", "#["),
      signature: signature(tree, node, tree.field(node, "body")).replace(/\s*;$/, ""),
      exported: tree.childOf(node, "visibility_modifier") !== NONE,
      test: role.isTest,
      cyclomatic: 1,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    scope,
  );
  if (role.kind === "method") file.methods.set(def, scope);
  file.owners.set(node, def);
  return def;
}

/** `self`, `&mut self`, `self: Box<Self>`. */
function takesSelf(file: RustFile, list: Node): boolean {
  const { tree } = file;
  if (tree.childOf(list, "self_parameter") !== NONE) return true;
  const first = tree.children(list)[0];
  return first !== undefined && tree.text(tree.field(first, "pattern")) === "self";
}

function bindParameter(file: RustFile, unit: number, node: Node, role: FunctionRole): void {
  const { tree, writer, names } = file;
  const type = tree.type(node);
  const pattern = tree.field(node, "pattern");
  if (type === "self_parameter" || (pattern !== NONE && tree.type(pattern) === "self")) {
    const self = writer.param(unit, "self");
    // A default method of a trait runs on whatever implements it.
    if (role.selfType !== PLAIN) writer.hint(self, writer.instance(role.selfType));
    names.declare("self", "value", writer.unit, self);
    return;
  }
  if (type !== "parameter") return;
  const variable = writer.param(
    unit,
    pattern !== NONE && tree.type(pattern) === "identifier" ? tree.text(pattern) : "",
  );
  const some = sample(file, tree.field(node, "type"));
  if (some !== PLAIN) writer.copy(variable, some);
  bindPattern(file, pattern, variable);
}

function result(file: RustFile, unit: number, type: Node, body: Node): void {
  const { writer } = file;
  const some = sample(file, type);
  if (body === NONE) {
    if (some !== PLAIN) writer.result(some);
    return;
  }
  if (some !== PLAIN) writer.hint((writer.units[unit] as { result: Var }).result, some);
  const held = file.value(body);
  if (held !== PLAIN) writer.result(held);
}
