import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { defineLambda } from "../typed/lambda.ts";
import { PLAIN } from "../typed/scopes.ts";
import { owned, type RustFile } from "./file.ts";
import { bindPattern } from "./patterns.ts";
import { sample } from "./types.ts";

/** `|x| ...`, whose untyped parameters may be elements of what it is given to. */
export function closure(file: RustFile, node: Node): Var {
  const { tree, writer, element } = file;
  file.element = PLAIN;
  const parameters = tree.field(node, "parameters");
  const def = defineLambda(file, node);
  const unit = writer.open(def, UnitFlag.NONE);
  owned(file, def, () =>
    writer.within(unit, () => {
      for (const parameter of parameters === NONE ? [] : tree.children(parameters)) {
        const typed = tree.type(parameter) === "parameter";
        const variable = writer.param(unit, "");
        const some = typed ? sample(file, tree.field(parameter, "type")) : element;
        if (some !== PLAIN) writer.copy(variable, some);
        bindPattern(file, typed ? tree.field(parameter, "pattern") : parameter, variable);
      }
      const held = file.value(tree.field(node, "body"));
      if (held !== PLAIN) writer.result(held);
    }),
  );
  return writer.func(unit);
}
