import type { OwnerImpact } from "../../models/impact.ts";
import { byText } from "../order.ts";
import { compilePattern, fits, type PathPattern } from "./pattern.ts";

interface OwnerRule {
  pattern: PathPattern;
  owners: string[];
}

const MAX_OWNER_FILES = 50;
const OWNER = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/** The rules of a CODEOWNERS file in their order. Lines that GitHub does not accept are skipped, as GitHub does. */
export function parseOwners(text: string): OwnerRule[] {
  const rules: OwnerRule[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    const words = wordsOf(line);
    const [first, ...owners] = words;
    if (first === undefined) continue;
    const pattern = compilePattern(first);
    if (pattern === undefined || !owners.every((owner) => OWNER.test(owner))) continue;
    rules.push({ pattern, owners });
  }
  return rules;
}

/** Words up to a comment; `\ ` is a blank and `\#` a sign within a word. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = "";
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] as string;
    const next = line[at + 1];
    if (sign === "\\" && next !== undefined) {
      word += next;
      at += 1;
    } else if (sign === " " || sign === "\t") {
      if (word !== "") words.push(word);
      word = "";
    } else if (sign === "#" && word === "") break;
    else word += sign;
  }
  if (word !== "") words.push(word);
  return words;
}

/** Who owns a path: the last rule that fits decides alone, and a rule without owners takes them away. */
export function ownersOf(rules: readonly OwnerRule[], path: string): string[] {
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const rule = rules[at] as OwnerRule;
    if (fits(rule.pattern, path)) return rule.owners;
  }
  return [];
}

/** Owners of what changed and of what it reaches, those with most of the change first. */
export function ownersHit(
  rules: readonly OwnerRule[],
  changed: readonly string[],
  affected: readonly string[],
): OwnerImpact[] {
  const hit = new Map<string, OwnerImpact>();
  if (rules.length === 0) return [];
  const add = (path: string, count: "changed" | "affected"): void => {
    for (const owner of ownersOf(rules, path)) {
      const entry = hit.get(owner) ?? { owner, changed: 0, affected: 0, files: [] };
      entry[count] += 1;
      if (entry.files.length < MAX_OWNER_FILES) entry.files.push(path);
      hit.set(owner, entry);
    }
  };
  for (const path of changed) add(path, "changed");
  for (const path of affected) add(path, "affected");
  return [...hit.values()].sort(
    (a, b) => b.changed - a.changed || b.affected - a.affected || byText(a.owner, b.owner),
  );
}
