import { type Syntax, Trait } from "./traits.ts";

const { DECIDES, STRUCTURE, FUNCTION, NAME, OPERATOR } = Trait;

export const go: Syntax = {
  traits: {
    comment: Trait.COMMENT,
    identifier: NAME,
    field_identifier: NAME,
    type_identifier: NAME,
    package_identifier: NAME,
    label_name: NAME,
    if_statement: DECIDES | STRUCTURE | Trait.IF,
    for_statement: DECIDES | STRUCTURE,
    expression_switch_statement: STRUCTURE,
    type_switch_statement: STRUCTURE,
    select_statement: STRUCTURE,
    case: DECIDES,
    binary_expression: Trait.LOGIC,
    parenthesized_expression: Trait.PARENTHESES,
    "&&": OPERATOR,
    "||": OPERATOR,
    break_statement: Trait.JUMP,
    continue_statement: Trait.JUMP,
    goto_statement: Trait.JUMP,
    function_declaration: FUNCTION,
    method_declaration: FUNCTION,
    func_literal: FUNCTION,
    call_expression: Trait.CALL,
  },
  documents: "comments",
  deeper: new Set([
    "body",
    "consequence",
    "expression_case",
    "type_case",
    "communication_case",
    "default_case",
  ]),
  labels: new Set(["label_name"]),
  // The receiver may have any name, and a call on it of the same name is the method itself only by type.
  selves: new Set(),
  callee: { call: "function", object: "operand", name: "field" },
};
