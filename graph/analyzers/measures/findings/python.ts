import { NONE, type Node, type Tree } from "../../../tree.ts";
import type { Look, Watch, Watches } from "./look.ts";
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

const REQUEST =
  /\brequest\.(?:args|form|values|GET|POST|query_params|path_params|view_args|cookies|headers|json)\b/;
const CLEANED = /\b(?:secure_filename|basename|safe_join|realpath|int)\(/;
const HTTP = /(?:^|\.)(?:get|post|put|patch|delete|head|options|request|send|stream|Client|AsyncClient)$/;
const SUBPROCESS = /^(?:subprocess\.)?(?:run|call|Popen|check_call|check_output)$/;
const IMPORTS_YAML = /^[ \t]*(?:import (?:\w+, *)*yaml\b|from ruamel import yaml\b)/m;
const STATEMENTS = /\.(?:execute|executemany|executescript|raw)$/;

/** What is found in Python. */
export const pythonWatches: Watches = {
  literals: {
    values: new Set([
      ...[
        "string",
        "string_content",
        "escape_sequence",
        "concatenated_string",
        "integer",
        "float",
        "true",
        "false",
        "none",
      ],
      ...[
        "binary_operator",
        "parenthesized_expression",
        "tuple",
        "list",
        "string_start",
        "string_end",
        "unary_operator",
      ],
    ]),
    strings: new Set(["string"]),
    holes: new Set(["interpolation"]),
    names: new Set(["identifier"]),
    bindings: {
      assignment: ["left", "right"],
      for_statement: ["left", "right"],
      for_in_clause: ["left", "right"],
      named_expression: ["name", "value"],
    },
    open: new Set([
      "parameters",
      "lambda_parameters",
      "augmented_assignment",
      "as_pattern_target",
      "global_statement",
    ]),
    isJoined,
  },
  at: {
    call: lookAtCall,
    assignment: (look, node) => {
      const left = look.tree.field(node, "left");
      const right = look.tree.field(node, "right");
      if (right === NONE) return;
      lookAtSecret(look, node, nameOf(look, left), right);
      lookAtSwitch(look, node, look.name(left), look.name(right));
    },
    keyword_argument: named("name"),
    default_parameter: named("name"),
    pair: named("key"),
    string: lookAtForm,
  },
};

function named(field: string): (look: Look, node: Node) => void {
  return (look, node) => {
    const { tree } = look;
    lookAtSecret(look, node, nameOf(look, tree.field(node, field)), tree.field(node, "value"));
  };
}

/** `password`, `self.password`, `config["password"]`, `"password"`: the last word counts. */
function nameOf(look: Look, node: Node): string {
  return /(\w+)\W*$/.exec(look.name(node))?.[1] ?? "";
}

function lookAtSwitch(look: Look, node: Node, target: string, value: string): void {
  if (/\.verify$|\.check_hostname$/.test(target) && value === "False") reportTls(look, node);
  else if (target.endsWith(".verify_mode") && value.endsWith("CERT_NONE")) reportTls(look, node);
  else if (target === "ssl._create_default_https_context" && value.includes("unverified"))
    reportTls(look, node);
}

function lookAtCall(look: Look, node: Node): void {
  const callee = look.name(look.tree.field(node, "function"));
  if (callee === "") {
    // A long chain that ends in a call of a database is still one.
    if (/\.execute$/.test(look.clip(look.tree.field(node, "function"))))
      lookAtSql(look, node, look.args(node)[0]);
    return;
  }
  const rule = CALLS.get(callee);
  if (rule !== undefined) rule(look, node);
  else if (SUBPROCESS.test(callee)) lookAtSubprocess(look, node, callee);
  else if (STATEMENTS.test(callee)) lookAtSql(look, node, look.args(node)[0]);
  if (HTTP.test(callee) && keyword(look, node, "verify") === "False") reportTls(look, node);
}

/** By the callee as it is written. */
const CALLS = new Map<string, Watch>(
  Object.entries({
    eval: code,
    exec: code,
    "builtins.eval": code,
    "builtins.exec": code,
    "os.system": shell,
    "os.popen": shell,
    "subprocess.getoutput": shell,
    "subprocess.getstatusoutput": shell,
    "asyncio.create_subprocess_shell": shell,
    system: (look, node) => look.mentions("from os import") && shell(look, node),
    popen: (look, node) => look.mentions("from os import") && shell(look, node),
    "pickle.load": pickled,
    "pickle.loads": pickled,
    "cPickle.load": pickled,
    "cPickle.loads": pickled,
    "dill.load": pickled,
    "dill.loads": pickled,
    "marshal.loads": pickled,
    "jsonpickle.decode": pickled,
    "yaml.unsafe_load": (look, node) => reportReading(look, node, "yaml.unsafe_load"),
    "yaml.load": lookAtYaml,
    "hashlib.md5": (look, node) => digest(look, node, "MD5"),
    "hashlib.sha1": (look, node) => digest(look, node, "SHA-1"),
    "hashlib.new": (look, node) => {
      const name = look.string(look.args(node)[0] ?? NONE)?.toLowerCase();
      if (name === "md5" || name === "sha1") digest(look, node, name === "md5" ? "MD5" : "SHA-1");
    },
    "ssl._create_unverified_context": reportTls,
    open: path,
    "os.path.join": path,
    "os.open": path,
    send_file: path,
    FileResponse: path,
    Path: path,
    mark_safe: markup,
    Markup: markup,
  } satisfies Record<string, Watch>),
);

function code(look: Look, node: Node): void {
  lookAtCode(look, node, look.args(node)[0]);
}
function shell(look: Look, node: Node): void {
  lookAtShell(look, node, look.args(node)[0]);
}
function path(look: Look, node: Node): void {
  if (look.mentions("request.")) lookAtPath(look, node, look.args(node), REQUEST, CLEANED);
}
function markup(look: Look, node: Node): void {
  const value = look.args(node)[0];
  if (value !== undefined && look.isJoined(value)) lookAtHtml(look, node, value);
}
function pickled(look: Look, node: Node): void {
  const data = look.args(node)[0];
  if (data === undefined || look.isFixed(data)) return;
  reportReading(look, node, look.name(look.tree.field(node, "function")));
}
function digest(look: Look, node: Node, name: string): void {
  if (keyword(look, node, "usedforsecurity") !== "False") reportHash(look, node, name);
}

function lookAtSubprocess(look: Look, node: Node, callee: string): void {
  if (!callee.startsWith("subprocess.") && !look.mentions("from subprocess import")) return;
  if (keyword(look, node, "shell") === "True") shell(look, node);
}

function lookAtYaml(look: Look, node: Node): void {
  // Others have modules of that name whose load is safe.
  if (!look.matches(IMPORTS_YAML)) return;
  const loader = look
    .args(node)
    .slice(1)
    .map((arg) => look.name(arg));
  if (!loader.some((text) => /(?:Safe|Base)Loader$/.test(text)))
    reportReading(look, node, "yaml.load without SafeLoader");
}

function keyword(look: Look, call: Node, name: string): string {
  for (const arg of look.args(call)) {
    if (look.tree.type(arg) !== "keyword_argument" || look.name(look.tree.field(arg, "name")) !== name)
      continue;
    return look.name(look.tree.field(arg, "value"));
  }
  return "";
}

function isJoined(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "binary_operator") return /["']/.test(tree.text(node).slice(0, 2_000));
  if (type === "string") return tree.childOf(node, "interpolation") !== NONE;
  if (type === "concatenated_string" || type === "parenthesized_expression") {
    return tree.children(node).some((child) => isJoined(tree, child));
  }
  if (type !== "call") return false;
  const callee = tree.field(node, "function");
  return (
    tree.type(callee) === "attribute" &&
    tree.text(tree.field(callee, "attribute")) === "format" &&
    tree.type(tree.field(callee, "object")) === "string"
  );
}
