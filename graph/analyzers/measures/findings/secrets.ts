import type { Node } from "../../../tree.ts";
import type { Look } from "./look.ts";

const NAME =
  /(?:password|passwd|pwd|secret|token|(?:api|access|private|auth|encryption|signing|secret)_?key|credentials?)$/i;
/** Names that speak of a secret without being one. */
const ABOUT =
  /(?:csrf|xsrf|next|page|continuation|cancel(?:lation)?|sync|design|syntax|lex(?:er)?|stop|pad|eos|bos|unk)_?token$|(?:public|foreign|primary|partition|sort|cache|object)_?key$/i;
const PLACEHOLDER =
  /example|dummy|test|fake|mock|sample|placeholder|changeme|change-me|change_me|your[-_ ]|my[-_]|xxx|todo|redacted|insert|replace|foo|bar|abc123|123456|password|passwd|secret|<|\$\{|\{\{|%\(|\.\.\./i;
const IN_TESTS =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures|testdata|mocks?|examples?)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)\.[^/]+$|_test\.[^/]+$/;

/** Tokens that tell by their form what they are, whatever they are called. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^AKIA[0-9A-Z]{16}$/, "an AWS access key"],
  [/^gh[pousr]_[A-Za-z0-9]{36,}$/, "a GitHub token"],
  [/^github_pat_[A-Za-z0-9_]{50,}$/, "a GitHub token"],
  [/^glpat-[A-Za-z0-9_-]{20,}$/, "a GitLab token"],
  [/^xox[abprs]-[A-Za-z0-9-]{20,}$/, "a Slack token"],
  [/^sk_live_[A-Za-z0-9]{20,}$/, "a Stripe key"],
  [/^sk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}$/, "an API key"],
  [/^AIza[0-9A-Za-z_-]{35}$/, "a Google API key"],
  [/^npm_[A-Za-z0-9]{36}$/, "an npm token"],
  [/^eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}$/, "a signed token"],
  [/^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, "a private key"],
];

/** A literal given to a name: `PASSWORD = "..."`, `token: "..."`, `connect(password="...")`. */
export function lookAtSecret(look: Look, node: Node, name: string, value: Node): void {
  const text = look.string(value);
  if (text === undefined || text.length < 8) return;
  if (!isSecretName(name) || !looksRandom(text)) return;
  if (PLACEHOLDER.test(text) || PLACEHOLDER_NAME.test(name) || IN_TESTS.test(look.path)) return;
  look.report(
    "hardcoded-secret",
    node,
    `Read "${name}" from the environment or a secret store, and revoke the value that stands here.`,
  );
}

const PLACEHOLDER_NAME = /example|dummy|test|fake|mock|sample/i;

/** A string literal anywhere. */
export function lookAtForm(look: Look, node: Node): void {
  const length = look.tree.end(node) - look.tree.start(node);
  if (
    length < 20 ||
    length > 10_000 ||
    !FORM_START.test(look.tree.source.slice(look.tree.start(node), look.tree.start(node) + 40))
  )
    return;
  const text = look.string(node)?.trim();
  if (text === undefined || REPEATED.test(text) || /example|dummy|test|fake|sample|xxxx/i.test(text)) return;
  for (const [form, what] of FORMS) {
    if (!form.test(text)) continue;
    // The first line alone is what programs compare with, and no key.
    if (what === "a private key" && text.length < 200) return;
    if (IN_TESTS.test(look.path)) return;
    look.report(
      "hardcoded-secret",
      node,
      `Revoke ${what} that stands here, and read the new one from a secret store.`,
    );
    return;
  }
}

const FORM_START =
  /^[A-Za-z]{0,2}["'`]{1,3}\s*(?:AKIA|gh[pousr]_|github_pat_|glpat-|xox|sk_live_|sk-|AIza|npm_|eyJ|-----BEGIN)/;
const REPEATED = /(.)\1{7}/;

function isSecretName(name: string): boolean {
  return name.length <= 80 && NAME.test(name) && !ABOUT.test(name);
}

/**
 * Secrets are drawn from many characters; words, paths, sentences and names of settings are not. At least 2.8 bits a
 * character (Shannon), a digit, no spaces, and not just words put together.
 */
function looksRandom(text: string): boolean {
  // Patterns and templates are no secrets either.
  if (text.length > 500 || /\s|\\|\[.*\]/.test(text) || !/\d/.test(text)) return false;
  if (/^(?:[\w-]+:)?\/\/|^[./~]|^[A-Za-z]+\d{0,2}(?:[-_.:/][A-Za-z]*\d{0,2})+$/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits >= 2.8;
}
