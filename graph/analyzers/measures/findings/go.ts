import { NONE, type Node, type Tree } from "../../../tree.ts";
import type { Look, Watches } from "./look.ts";
import { lookAtForm, lookAtSecret } from "./secrets.ts";
import { lookAtHtml, lookAtPath, lookAtShell, lookAtSql, reportHash, reportTls } from "./sinks.ts";

const REQUEST =
  /\.(?:URL\.Query\(\)\.Get|FormValue|PostFormValue|PathValue|URL\.Path|Param|Query)\b|\bmux\.Vars\(/;
const CLEANED = /\bfilepath\.(?:Clean|Base|IsLocal|Rel)\(|\bpath\.(?:Clean|Base)\(|\bstrconv\./;
const STATEMENTS = /^(?:Query|QueryRow|Exec|Raw|Prepare|Queryx|MustExec|Select|Get)(?:Context|x)?$/;
const FILES =
  /^(?:os\.(?:Open|OpenFile|ReadFile|WriteFile|Create|Remove)|ioutil\.ReadFile|filepath\.Join|path\.Join|http\.ServeFile)$/;
const SHELLS = new Set(["sh", "bash", "/bin/sh", "/bin/bash", "cmd", "powershell"]);

/** What is found in Go. */
export const goWatches: Watches = {
  literals: {
    values: new Set([
      ...[
        "interpreted_string_literal",
        "interpreted_string_literal_content",
        "raw_string_literal",
        "raw_string_literal_content",
      ],
      ...[
        "escape_sequence",
        "int_literal",
        "float_literal",
        "rune_literal",
        "true",
        "false",
        "nil",
        "binary_expression",
      ],
      ...["parenthesized_expression", "expression_list"],
    ]),
    strings: new Set(["interpreted_string_literal", "raw_string_literal"]),
    holes: new Set(),
    names: new Set(["identifier"]),
    bindings: {
      short_var_declaration: ["left", "right"],
      assignment_statement: ["left", "right"],
      var_spec: ["name", "value"],
      const_spec: ["name", "value"],
    },
    open: new Set(["parameter_list", "range_clause"]),
    isJoined,
  },
  at: {
    call_expression: lookAtCall,
    short_var_declaration: named("left", "right"),
    assignment_statement: (look, node) => {
      lookAtName(look, node, "left", "right");
      const target = look.name(look.tree.field(node, "left"));
      const value = look.name(look.tree.field(node, "right"));
      if (target.endsWith(".InsecureSkipVerify") && value === "true") reportTls(look, node);
    },
    var_spec: named("name", "value"),
    const_spec: named("name", "value"),
    keyed_element: (look, node) => {
      lookAtName(look, node, "key", "value");
      const key = look.name(look.tree.field(node, "key"));
      if (key === "InsecureSkipVerify" && look.name(look.tree.field(node, "value")) === "true")
        reportTls(look, node);
    },
    interpreted_string_literal: lookAtForm,
    raw_string_literal: lookAtForm,
  },
};

function named(name: string, value: string): (look: Look, node: Node) => void {
  return (look, node) => lookAtName(look, node, name, value);
}

function lookAtName(look: Look, node: Node, name: string, value: string): void {
  const { tree } = look;
  let given = tree.field(node, value);
  if (given === NONE) return;
  const wrapped = tree.type(given) === "expression_list" || tree.type(given) === "literal_element";
  if (wrapped) given = tree.children(given)[0] ?? NONE;
  lookAtSecret(look, node, /(\w+)\W*$/.exec(look.name(tree.field(node, name)))?.[1] ?? "", given);
}

function lookAtCall(look: Look, node: Node): void {
  const function_ = look.tree.field(node, "function");
  const callee = look.name(function_);
  const method = look.name(look.tree.field(function_, "field"));
  const args = look.args(node);
  if (callee === "exec.Command" || callee === "exec.CommandContext") {
    lookAtCommand(look, node, callee === "exec.Command" ? args : args.slice(1));
  } else if (/^md5\.(?:New|Sum)$/.test(callee) && look.mentions('"crypto/md5"'))
    reportHash(look, node, "MD5");
  else if (/^sha1\.(?:New|Sum)$/.test(callee) && look.mentions('"crypto/sha1"'))
    reportHash(look, node, "SHA-1");
  else if (FILES.test(callee)) lookAtPath(look, node, args, REQUEST, CLEANED);
  else if (callee === "template.HTML" && look.mentions('"html/template"')) lookAtHtml(look, node, args[0]);
  else if (STATEMENTS.test(method)) for (const arg of args.slice(0, 3)) lookAtSql(look, node, arg);
}

/** Only a shell reads its argument as a program: `sh -c`. */
function lookAtCommand(look: Look, node: Node, args: readonly Node[]): void {
  const [program, option, ...rest] = args;
  if (program === undefined || option === undefined || !SHELLS.has(look.string(program) ?? "")) return;
  if (!/^-\w*c$|^\/[cC]$|^-Command$/.test(look.string(option) ?? "")) return;
  for (const arg of rest) lookAtShell(look, node, arg);
}

function isJoined(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "binary_expression") return /["`]/.test(tree.text(node).slice(0, 2_000));
  return type === "call_expression" && tree.text(tree.field(node, "function")) === "fmt.Sprintf";
}
