import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { defineLambda } from "../typed/lambda.ts";
import { PLAIN } from "../typed/scopes.ts";
import { argumentsOf, construct } from "./calls.ts";
import { declareLocal, type JavaFile, owned, selfOf } from "./file.ts";
import { sample, typeOf } from "./types.ts";

/** `x -> ...`. */
export function lambda(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  const parameters = tree.field(node, "parameters");
  const body = tree.field(node, "body");
  const def = defineLambda(file, node, " ->");
  const unit = writer.open(def, UnitFlag.NONE);
  owned(file, def, () =>
    writer.within(unit, () => {
      lambdaParameters(file, unit, parameters);
      if (body === NONE) return;
      if (tree.type(body) === "block") file.run(body);
      else {
        const held = file.value(body);
        if (held !== PLAIN) writer.result(held);
      }
    }),
  );
  return writer.func(unit);
}

function lambdaParameters(file: JavaFile, unit: number, node: Node): void {
  const { tree } = file;
  if (node === NONE) return;
  if (tree.type(node) === "identifier") {
    parameter(file, unit, tree.text(node), NONE);
    return;
  }
  for (const child of tree.children(node)) {
    if (tree.type(child) === "identifier") parameter(file, unit, tree.text(child), NONE);
    else parameter(file, unit, tree.text(tree.field(child, "name")), tree.field(child, "type"));
  }
}

function parameter(file: JavaFile, unit: number, name: string, type: Node): void {
  const { writer } = file;
  const variable = writer.param(unit, name);
  const some = sample(file, type);
  if (some !== PLAIN) writer.copy(variable, some);
  declareLocal(file, name, variable);
}

/** `o::m`, `C::m`, `C::new`, `this::m`, `super::m`. */
export function reference(file: JavaFile, node: Node): Var {
  const { tree, writer, classes } = file;
  const parts = tree.children(node);
  const first = parts[0];
  if (first === undefined) return PLAIN;
  const last = parts.at(-1) as Node;
  if (tree.childOf(node, "new") !== NONE) return maker(file, typeOf(file, first), node);
  if (last === first) return PLAIN;
  const scope = classes.at(-1);
  let base: Var;
  if (tree.type(first) === "super")
    base = scope === undefined ? PLAIN : writer.super(selfOf(file, scope), scope.unit);
  else {
    const type = tree.type(first);
    base =
      type === "generic_type" || type.endsWith("type_identifier") ? typeOf(file, first) : file.value(first);
  }
  return base === PLAIN ? PLAIN : writer.load(base, `${tree.text(last)}/`);
}

/** `C::new`: a function that gives an object of the class. Which constructor runs is not known. */
function maker(file: JavaFile, type: Var, node: Node): Var {
  const { writer } = file;
  if (type === PLAIN) return PLAIN;
  const unit = writer.open(-1, UnitFlag.TYPE);
  writer.within(unit, () =>
    writer.result(construct(file, type, argumentsOf(file, NONE), file.tree.text(node))),
  );
  return writer.func(unit);
}
