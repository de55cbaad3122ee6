import { NONE, type Node } from "../../../tree.ts";
import type { Look } from "./look.ts";

const SQL =
  /^[^"'`]{0,60}["'`]{1,3}\s*(?:select\b[\s\S]*\bfrom|insert\s+into|update\b[\s\S]*\bset|delete\s+from|replace\s+into|create\s|drop\s|alter\s|truncate\s|with\b[\s\S]*\bas|merge\s+into|exec(?:ute)?\s|call\s)\b/i;

/** The statement handed to a database: joined right here, or where its name is bound. */
export function lookAtSql(look: Look, call: Node, statement: Node | undefined): void {
  if (statement === undefined) return;
  const joined = look
    .origins(statement)
    .some((origin) => look.isJoined(origin) && SQL.test(look.clip(origin)));
  if (joined) {
    look.report(
      "sql-injection",
      call,
      "Put placeholders into this statement and pass the values as parameters.",
    );
  }
}

export function lookAtShell(look: Look, call: Node, command: Node | undefined): void {
  if (command === undefined || look.isFixed(command)) return;
  look.report(
    "shell-injection",
    call,
    "Run the program itself with a list of arguments instead of a shell with this command.",
  );
}

export function lookAtCode(look: Look, call: Node, code: Node | undefined): void {
  if (code === undefined || look.isFixed(code)) return;
  look.report(
    "eval",
    call,
    "Parse the data, or look up a function in a table, instead of running it as code.",
  );
}

/** A path made from what a request says, without a step that takes `../` out. */
export function lookAtPath(
  look: Look,
  call: Node,
  parts: readonly Node[],
  request: RegExp,
  cleaned: RegExp,
): void {
  for (const part of parts) {
    if (!look.comesFrom(part, request) || look.comesFrom(part, cleaned)) continue;
    look.report(
      "path-traversal",
      call,
      "Resolve this path and refuse it when it is not inside of the folder that is meant.",
    );
    return;
  }
}

export function reportHash(look: Look, call: Node, name: string): void {
  look.report("weak-hash", call, `Use SHA-256 instead of ${name}, or a password hash for passwords.`);
}

export function reportTls(look: Look, node: Node): void {
  look.report(
    "tls-disabled",
    node,
    "Leave the check of certificates on, and trust the right authority instead.",
  );
}

export function reportReading(look: Look, node: Node, what: string): void {
  look.report(
    "unsafe-deserialization",
    node,
    `Read this data with a format that holds no code, instead of ${what}.`,
  );
}

export function lookAtHtml(look: Look, node: Node, value: Node | undefined): void {
  if (value === undefined || value === NONE || look.isFixed(value)) return;
  if (look.comesFrom(value, /sanitiz|sanitis|purify|escape/i)) return;
  look.report("html-injection", node, "Set text instead of markup here, or sanitise the markup first.");
}
