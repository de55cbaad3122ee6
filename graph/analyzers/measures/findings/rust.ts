import { NONE, type Node, type Tree } from "../../../tree.ts";
import type { Look, Watches } from "./look.ts";
import { lookAtForm, lookAtSecret } from "./secrets.ts";
import { lookAtShell, lookAtSql, reportHash, reportTls } from "./sinks.ts";

const STATEMENTS =
  /(?:^|\.|::)(?:execute|query|query_as|query_row|query_map|query_one|query_opt|prepare|batch_execute|execute_batch|sql_query)$/;
const SHELL = /Command::new\(\s*"(?:\/bin\/)?(?:ba)?sh"\s*\)\s*\.arg\(\s*"-c"\s*\)\s*\.arg$/;

/** What is found in Rust. */
export const rustWatches: Watches = {
  literals: {
    values: new Set([
      ...[
        "string_literal",
        "raw_string_literal",
        "string_content",
        "escape_sequence",
        "integer_literal",
        "float_literal",
        "boolean_literal",
      ],
      ...["char_literal", "binary_expression", "parenthesized_expression", "reference_expression"],
    ]),
    strings: new Set(["string_literal", "raw_string_literal"]),
    holes: new Set(),
    names: new Set(["identifier"]),
    bindings: {
      let_declaration: ["pattern", "value"],
      const_item: ["name", "value"],
      static_item: ["name", "value"],
      assignment_expression: ["left", "right"],
    },
    open: new Set(["parameters", "closure_parameters", "compound_assignment_expr"]),
    isJoined,
  },
  at: {
    call_expression: lookAtCall,
    let_declaration: named("pattern", "value"),
    const_item: named("name", "value"),
    static_item: named("name", "value"),
    field_initializer: named("field", "value"),
    string_literal: lookAtForm,
    raw_string_literal: lookAtForm,
  },
};

function named(name: string, value: string): (look: Look, node: Node) => void {
  return (look, node) => {
    const given = unwrap(look.tree, look.tree.field(node, value));
    const target = /(\w+)\W*$/.exec(look.name(look.tree.field(node, name)))?.[1] ?? "";
    if (given !== NONE) lookAtSecret(look, node, target, given);
  };
}

/** `"x".to_string()`, `String::from("x")`: the literal inside. */
function unwrap(tree: Tree, node: Node): Node {
  if (node === NONE || tree.type(node) !== "call_expression") return node;
  const callee = tree.field(node, "function");
  if (
    tree.type(callee) === "field_expression" &&
    /\.(?:to_string|to_owned|into)$/.test(tree.text(callee).slice(-12))
  ) {
    return tree.field(callee, "value");
  }
  if (tree.text(callee) !== "String::from") return node;
  return tree.children(tree.field(node, "arguments"))[0] ?? node;
}

function lookAtCall(look: Look, node: Node): void {
  const callee = look.clip(look.tree.field(node, "function"));
  const args = look.args(node);
  if (callee.endsWith("arg")) {
    if (SHELL.test(callee)) lookAtShell(look, node, args[0]);
  } else if (/\.danger_accept_invalid_(?:certs|hostnames)$/.test(callee)) {
    if (look.name(args[0] ?? NONE) === "true") reportTls(look, node);
  } else if (/(?:^|::)(?:Md5|Sha1)::(?:new|digest)$|^md5::compute$/.test(callee)) {
    reportHash(look, node, /md5/i.test(callee) ? "MD5" : "SHA-1");
  } else if (STATEMENTS.test(callee)) for (const arg of args.slice(0, 2)) lookAtSql(look, node, arg);
}

function isJoined(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "reference_expression") return tree.children(node).some((child) => isJoined(tree, child));
  if (type === "binary_expression") return tree.text(node).slice(0, 2_000).includes('"');
  return type === "macro_invocation" && tree.text(tree.field(node, "macro")) === "format";
}
