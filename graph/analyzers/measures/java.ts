import { type Syntax, Trait } from "./traits.ts";

const { DECIDES, STRUCTURE, FUNCTION, NAME, OPERATOR } = Trait;

/** Each `case` label decides, old or with an arrow, and so does its `when`. */
export const java: Syntax = {
  traits: {
    line_comment: Trait.COMMENT,
    block_comment: Trait.COMMENT,
    identifier: NAME,
    type_identifier: NAME,
    if_statement: DECIDES | STRUCTURE | Trait.IF,
    for_statement: DECIDES | STRUCTURE,
    enhanced_for_statement: DECIDES | STRUCTURE,
    while_statement: DECIDES | STRUCTURE,
    do_statement: DECIDES | STRUCTURE,
    switch_expression: STRUCTURE,
    case: DECIDES,
    guard: DECIDES,
    catch_clause: DECIDES | STRUCTURE,
    ternary_expression: DECIDES | STRUCTURE,
    binary_expression: Trait.LOGIC,
    parenthesized_expression: Trait.PARENTHESES,
    "&&": OPERATOR,
    "||": OPERATOR,
    break_statement: Trait.JUMP,
    continue_statement: Trait.JUMP,
    method_declaration: FUNCTION,
    constructor_declaration: FUNCTION,
    compact_constructor_declaration: FUNCTION,
    lambda_expression: FUNCTION,
    method_invocation: Trait.CALL,
  },
  documents: "comments",
  deeper: new Set(["body", "consequence", "alternative"]),
  labels: new Set(["identifier"]),
  selves: new Set(["this"]),
  callee: { call: "", object: "object", name: "name" },
};
