import { NONE, type Node, type Tree } from "../../../tree.ts";
import type { Look, Watches } from "./look.ts";
import { lookAtForm, lookAtSecret } from "./secrets.ts";
import {
  lookAtCode,
  lookAtPath,
  lookAtShell,
  lookAtSql,
  reportHash,
  reportReading,
  reportTls,
} from "./sinks.ts";

const REQUEST = /\b(?:request|req)\.get(?:Parameter|Header|PathInfo|QueryString|Part)\b/;
const CLEANED =
  /\bgetFileName\(|\bFilenameUtils\.|\bnormalize\(|\btoRealPath\(|\bgetCanonicalPath\(|\bparseInt\(/;
const STATEMENTS = new Set([
  ...[
    "executeQuery",
    "executeUpdate",
    "execute",
    "executeLargeUpdate",
    "addBatch",
    "prepareStatement",
    "prepareCall",
  ],
  ...[
    "createQuery",
    "createNativeQuery",
    "createSQLQuery",
    "queryForObject",
    "queryForList",
    "queryForMap",
    "query",
    "update",
  ],
]);
const VERIFIERS = new Set([
  "setHostnameVerifier",
  "setSSLHostnameVerifier",
  "hostnameVerifier",
  "setDefaultHostnameVerifier",
]);
const SHELLS = new Set(["sh", "bash", "/bin/sh", "/bin/bash", "cmd", "cmd.exe"]);

/** What is found in Java. */
export const javaWatches: Watches = {
  literals: {
    values: new Set([
      ...[
        "string_literal",
        "string_fragment",
        "multiline_string_fragment",
        "escape_sequence",
        "decimal_integer_literal",
        "true",
        "false",
      ],
      ...[
        "null_literal",
        "character_literal",
        "binary_expression",
        "parenthesized_expression",
        "array_initializer",
      ],
    ]),
    strings: new Set(["string_literal"]),
    holes: new Set(["string_interpolation"]),
    names: new Set(["identifier"]),
    bindings: {
      variable_declarator: ["name", "value"],
      assignment_expression: ["left", "right"],
      enhanced_for_statement: ["name", "value"],
    },
    open: new Set(["formal_parameter", "catch_formal_parameter", "inferred_parameters"]),
    isJoined,
  },
  at: {
    method_invocation: lookAtCall,
    object_creation_expression: lookAtNew,
    variable_declarator: named("name", "value"),
    assignment_expression: named("left", "right"),
    string_literal: lookAtForm,
  },
};

function named(name: string, value: string): (look: Look, node: Node) => void {
  return (look, node) => {
    const given = look.tree.field(node, value);
    const target = /(\w+)\W*$/.exec(look.name(look.tree.field(node, name)))?.[1] ?? "";
    if (given !== NONE) lookAtSecret(look, node, target, given);
  };
}

function lookAtCall(look: Look, node: Node): void {
  const object = look.name(look.tree.field(node, "object"));
  const name = look.name(look.tree.field(node, "name"));
  const args = look.args(node);
  if (name === "exec" && /^(?:Runtime\.getRuntime\(\)|runtime|rt)$/.test(object))
    lookAtShell(look, node, args[0]);
  else if (STATEMENTS.has(name)) lookAtSql(look, node, args[0]);
  else if (name === "eval" && look.mentions("ScriptEngine")) lookAtCode(look, node, args[0]);
  else if (object === "MessageDigest" && name === "getInstance") lookAtDigest(look, node, args[0]);
  else if (object === "DigestUtils" && /^(?:md5|sha1)/.test(name))
    reportHash(look, node, name.startsWith("md5") ? "MD5" : "SHA-1");
  else if (
    VERIFIERS.has(name) &&
    args.some((arg) => /Noop|ALLOW_ALL|AllowAll|->\s*true\b/.test(look.clip(arg)))
  )
    reportTls(look, node);
  else if ((object === "Paths" && name === "get") || (object === "Path" && name === "of")) {
    lookAtPath(look, node, args, REQUEST, CLEANED);
  }
}

function lookAtNew(look: Look, node: Node): void {
  const type = look.name(look.tree.field(node, "type"));
  const args = look.args(node);
  if (type === "ObjectInputStream" || type === "XMLDecoder") reportReading(look, node, type);
  else if (/^File(?:InputStream|OutputStream|Reader|Writer)?$/.test(type))
    lookAtPath(look, node, args, REQUEST, CLEANED);
  else if (type === "ProcessBuilder" && SHELLS.has(look.string(args[0] ?? NONE) ?? "")) {
    for (const arg of args.slice(2)) lookAtShell(look, node, arg);
  }
}

function lookAtDigest(look: Look, node: Node, algorithm: Node | undefined): void {
  const name = look
    .string(algorithm ?? NONE)
    ?.replaceAll('"', "")
    .toUpperCase()
    .replace("-", "");
  if (name === "MD5" || name === "SHA1") reportHash(look, node, name === "MD5" ? "MD5" : "SHA-1");
}

function isJoined(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "binary_expression") return tree.text(node).slice(0, 2_000).includes('"');
  return (
    type === "method_invocation" &&
    /^(?:String\.format\(|"[\s\S]*\.formatted\()/.test(tree.text(node).slice(0, 2_000))
  );
}
