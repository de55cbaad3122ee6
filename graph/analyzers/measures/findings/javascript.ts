import { NONE, type Node, type Tree } from "../../../tree.ts";
import type { Look, Watches } from "./look.ts";
import { lookAtForm, lookAtSecret } from "./secrets.ts";
import {
  lookAtCode,
  lookAtHtml,
  lookAtPath,
  lookAtShell,
  lookAtSql,
  reportHash,
  reportReading,
  reportTls,
} from "./sinks.ts";

const REQUEST = /\b(?:req|request|ctx(?:\.request|\.req)?|c\.req)\.(?:params?|query|body|headers?|cookies)\b/;
const CLEANED = /\b(?:basename|normalize|parseInt|Number|encodeURIComponent|sanitize\w*)\(/;
const SHELL = /^(?:child_?[pP]rocess|cp|require\(["'](?:node:)?child_process["']\))\.(?:exec|execSync)$/;
const BARE_SHELL = /^(?:exec|execSync|execAsync|execPromise)$/;
/** `exec` is a common name: bare, it is a shell's only when it was taken from there. */
const TAKES_SHELL =
  /\{[^{}]{0,500}\bexec(?:Sync)?\b[^{}]{0,500}\}\s*(?:=\s*require\(|from\s*)["'](?:node:)?child_process["']|\bexec\w*\s*=\s*(?:util\.)?(?:promisify|require)\(/;
const SPAWN = /^(?:\w+\.)?(?:spawn|spawnSync|execFile|execFileSync)$/;
const STATEMENTS = /\.(?:query|execute|raw|prepare|exec|\$queryRawUnsafe|\$executeRawUnsafe)$/;
const FILES =
  /^(?:(?:fs|fsp|fs\.promises)\.)?(?:readFile|readFileSync|createReadStream|createWriteStream|writeFile|writeFileSync|unlink|unlinkSync|sendFile)$|\.sendFile$|^path\.(?:join|resolve)$/;

/** What is found in JavaScript and TypeScript. */
export const javascriptWatches: Watches = {
  literals: {
    values: new Set([
      ...[
        "string",
        "string_fragment",
        "escape_sequence",
        "template_string",
        "number",
        "true",
        "false",
        "null",
        "undefined",
      ],
      ...[
        "binary_expression",
        "parenthesized_expression",
        "array",
        "as_expression",
        "predefined_type",
        "unary_expression",
      ],
    ]),
    strings: new Set(["string", "template_string"]),
    holes: new Set(["template_substitution"]),
    names: new Set(["identifier", "shorthand_property_identifier_pattern"]),
    bindings: {
      variable_declarator: ["name", "value"],
      assignment_expression: ["left", "right"],
      for_in_statement: ["left", "right"],
    },
    open: new Set(["formal_parameters", "augmented_assignment_expression", "catch_clause"]),
    isJoined,
  },
  at: {
    call_expression: lookAtCall,
    new_expression: (look, node) => {
      if (look.name(look.tree.field(node, "constructor")) === "Function")
        lookAtCode(look, node, look.args(node).at(-1));
    },
    assignment_expression: lookAtAssignment,
    variable_declarator: named("name", "value"),
    public_field_definition: named("name", "value"),
    field_definition: named("property", "value"),
    pair: (look, node) => {
      lookAtName(look, node, "key", "value");
      const key = nameOf(look, look.tree.field(node, "key"));
      const value = look.tree.field(node, "value");
      if ((key === "rejectUnauthorized" || key === "strictSSL") && look.name(value) === "false")
        reportTls(look, node);
      if (key === "__html") lookAtHtml(look, node, value);
    },
    string: lookAtForm,
    template_string: lookAtForm,
  },
};

function named(name: string, value: string): (look: Look, node: Node) => void {
  return (look, node) => lookAtName(look, node, name, value);
}

function lookAtName(look: Look, node: Node, name: string, value: string): void {
  const given = look.tree.field(node, value);
  if (given !== NONE) lookAtSecret(look, node, nameOf(look, look.tree.field(node, name)), given);
}

/** `password`, `this.#password`, `config["password"]`: the last word counts. */
function nameOf(look: Look, node: Node): string {
  return /([\w$]+)\W*$/.exec(look.name(node))?.[1] ?? "";
}

function lookAtAssignment(look: Look, node: Node): void {
  lookAtName(look, node, "left", "right");
  const target = nameOf(look, look.tree.field(node, "left"));
  const value = look.tree.field(node, "right");
  if (look.tree.type(look.tree.field(node, "left")) !== "identifier") {
    if (target === "innerHTML" || target === "outerHTML") lookAtHtml(look, node, value);
  }
  if (target === "NODE_TLS_REJECT_UNAUTHORIZED" && /^["'`]?0["'`]?$/.test(look.name(value)))
    reportTls(look, node);
}

function lookAtCall(look: Look, node: Node): void {
  const function_ = look.tree.field(node, "function");
  const callee = look.name(function_);
  const method = look.name(look.tree.field(function_, "property"));
  const args = look.args(node);
  if (callee === "eval" || callee === "Function") lookAtCode(look, node, args.at(-1));
  else if ((callee === "setTimeout" || callee === "setInterval") && args[0] !== undefined) {
    if (look.isJoined(args[0])) lookAtCode(look, node, args[0]);
  } else if (isShell(look, callee)) lookAtShell(look, node, args[0]);
  else if (SPAWN.test(callee) && look.mentions("child_process")) lookAtSpawn(look, node, args);
  else if (STATEMENTS.test(`.${method}`)) lookAtSql(look, node, args[0]);
  else if (FILES.test(callee)) lookAtPath(look, node, args, REQUEST, CLEANED);
  else if (callee === "document.write" || callee === "document.writeln") lookAtHtml(look, node, args[0]);
  else if (method === "insertAdjacentHTML") lookAtHtml(look, node, args[1]);
  else if (/(?:^|\.)unserialize$/.test(callee) && look.mentions("node-serialize")) {
    if (args[0] !== undefined && !look.isFixed(args[0])) reportReading(look, node, "node-serialize");
  } else lookAtHash(look, node, callee, args[0]);
}

function isShell(look: Look, callee: string): boolean {
  if (!look.mentions("child_process")) return false;
  return SHELL.test(callee) || (BARE_SHELL.test(callee) && look.matches(TAKES_SHELL));
}

function lookAtHash(look: Look, node: Node, callee: string, first: Node | undefined): void {
  if (callee === "CryptoJS.MD5" || callee === "CryptoJS.SHA1")
    reportHash(look, node, callee.endsWith("5") ? "MD5" : "SHA-1");
  if (first === undefined || !/(?:^|\.)createHash$|subtle\.digest$/.test(callee)) return;
  const name = look.string(first)?.toLowerCase().replace("-", "");
  if (name === "md5" || name === "sha1") reportHash(look, node, name === "md5" ? "MD5" : "SHA-1");
}

/** Only with `shell: true` does a shell read the command. */
function lookAtSpawn(look: Look, node: Node, args: readonly Node[]): void {
  const options = args.at(-1);
  if (
    options === undefined ||
    look.tree.type(options) !== "object" ||
    !/\bshell:\s*true\b/.test(look.clip(options))
  )
    return;
  for (const arg of args.slice(0, -1)) lookAtShell(look, node, arg);
}

function isJoined(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "template_string") return tree.childOf(node, "template_substitution") !== NONE;
  if (type === "parenthesized_expression") return tree.children(node).some((child) => isJoined(tree, child));
  return type === "binary_expression" && /["'`]/.test(tree.text(node).slice(0, 2_000));
}
