import { LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { declareLocal, type RustFile, stamp } from "./file.ts";

/** Binds the names of a pattern to the parts of a value. `Some(x)`, `Ok(x)` and references are as what they hold. */
export function bindPattern(file: RustFile, node: Node, held: Var): void {
  const { tree, writer } = file;
  if (node === NONE) return;
  switch (tree.type(node)) {
    case "identifier":
      // A capital: a constant or a variant to compare with, not a name to bind.
      if (/^[a-z_]/.test(tree.text(node))) declareLocal(file, tree.text(node), held);
      return;
    case "tuple_pattern": {
      for (const [index, child] of tree.children(node).entries()) {
        bindPattern(file, child, held === PLAIN ? PLAIN : writer.item(held, String(index)));
      }
      return;
    }
    case "tuple_struct_pattern": {
      const type = tree.field(node, "type");
      const wraps = WRAPPING.has(tree.text(type));
      let index = 0;
      for (const child of tree.children(node)) {
        if (child === type) continue;
        const part = held === PLAIN || wraps ? held : writer.load(held, String(index), LoadFlag.NONE);
        bindPattern(file, child, part);
        index += 1;
      }
      return;
    }
    case "struct_pattern":
      for (const child of tree.children(node))
        if (tree.type(child) === "field_pattern") field(file, child, held);
      return;
    case "captured_pattern":
      for (const child of tree.children(node)) bindPattern(file, child, held);
      return;
    case "match_pattern":
    case "ref_pattern":
    case "mut_pattern":
    case "reference_pattern":
    case "or_pattern":
    case "slice_pattern":
    case "parenthesized_pattern": {
      for (const child of tree.children(node)) {
        if (tree.fieldOf(child) === "condition") file.value(child);
        else bindPattern(file, child, held);
      }
      return;
    }
    default:
      return;
  }
}

const WRAPPING = new Set(["Some", "Ok", "Err"]);

function field(file: RustFile, node: Node, held: Var): void {
  const { tree, writer } = file;
  const name = tree.field(node, "name");
  const pattern = tree.field(node, "pattern");
  if (name === NONE) return;
  stamp(file, name);
  const part = held === PLAIN ? PLAIN : writer.load(held, tree.text(name));
  if (pattern === NONE) declareLocal(file, tree.text(name), part);
  else bindPattern(file, pattern, part);
}
