import { NONE, type Node, type Tree } from "../../tree.ts";
import { type Syntax, Trait } from "./traits.ts";

const { DECIDES, STRUCTURE, FUNCTION, NAME, OPERATOR } = Trait;

/** `?` leaves the function early, so it decides. What macros are given is not parsed, so nothing in there decides. `let … else` does. */
export const rust: Syntax = {
  traits: {
    line_comment: Trait.COMMENT,
    block_comment: Trait.COMMENT,
    identifier: NAME,
    field_identifier: NAME,
    type_identifier: NAME,
    shorthand_field_identifier: NAME,
    if_expression: DECIDES | STRUCTURE | Trait.IF,
    else_clause: Trait.ELSE,
    for_expression: DECIDES | STRUCTURE,
    while_expression: DECIDES | STRUCTURE,
    loop_expression: DECIDES | STRUCTURE,
    match_expression: STRUCTURE,
    match_arm: Trait.MAY_DECIDE,
    try_expression: DECIDES,
    let_declaration: Trait.MAY_DECIDE,
    binary_expression: Trait.LOGIC,
    let_chain: Trait.LOGIC,
    parenthesized_expression: Trait.PARENTHESES,
    "&&": OPERATOR,
    "||": OPERATOR,
    break_expression: Trait.JUMP,
    continue_expression: Trait.JUMP,
    function_item: FUNCTION,
    closure_expression: FUNCTION,
    call_expression: Trait.CALL,
  },
  documents: "comments",
  deeper: new Set(["body", "consequence"]),
  labels: new Set(["label"]),
  selves: new Set(["self", "Self"]),
  callee: { call: "function", object: "value", name: "field" },
  decides: (tree, node) =>
    tree.type(node) === "match_arm"
      ? armDecides(tree, node)
      : tree.field(node, "alternative") === NONE
        ? 0
        : 1,
};

/** An arm decides unless it is the bare `_`; its guard decides once more. */
function armDecides(tree: Tree, arm: Node): number {
  const pattern = tree.field(arm, "pattern");
  if (pattern === NONE) return 1;
  const guarded = tree.field(pattern, "condition") !== NONE;
  const rest = !guarded && tree.end(pattern) - tree.start(pattern) === 1 && tree.text(pattern) === "_";
  return rest ? 0 : guarded ? 2 : 1;
}
