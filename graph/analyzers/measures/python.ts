import { NONE, type Node, type Tree } from "../../tree.ts";
import { type Syntax, Trait } from "./traits.ts";

const { DECIDES, STRUCTURE, IF, ELSE, FUNCTION, NAME, OPERATOR } = Trait;

/** A comprehension's `for` and `if` decide as a loop and its condition do; in cognitive complexity they are a shorthand. */
export const python: Syntax = {
  traits: {
    comment: Trait.COMMENT,
    expression_statement: Trait.MAY_DOCUMENT,
    identifier: NAME,
    string_content: Trait.TEXT,
    if_statement: DECIDES | STRUCTURE | IF,
    elif_clause: DECIDES | ELSE,
    else_clause: ELSE,
    for_statement: DECIDES | STRUCTURE,
    while_statement: DECIDES | STRUCTURE,
    except_clause: DECIDES | STRUCTURE,
    except_group_clause: DECIDES | STRUCTURE,
    conditional_expression: DECIDES | STRUCTURE,
    match_statement: STRUCTURE,
    case_clause: Trait.MAY_DECIDE,
    for_in_clause: DECIDES,
    if_clause: DECIDES,
    boolean_operator: Trait.LOGIC,
    parenthesized_expression: Trait.PARENTHESES,
    and: OPERATOR,
    or: OPERATOR,
    function_definition: FUNCTION,
    lambda: FUNCTION,
    call: Trait.CALL,
  },
  documents: "strings",
  deeper: new Set(["body", "consequence", "block"]),
  labels: new Set(),
  selves: new Set(["self", "cls"]),
  callee: { call: "function", object: "object", name: "attribute" },
  decides: caseDecides,
};

/** `case _:` is the default. */
function caseDecides(tree: Tree, node: Node): number {
  const pattern = tree.childOf(node, "case_pattern");
  return pattern !== NONE && tree.end(pattern) - tree.start(pattern) === 1 && tree.text(pattern) === "_"
    ? 0
    : 1;
}
