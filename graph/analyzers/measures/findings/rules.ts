import type { FindingFact } from "../../../facts/index.ts";

/** A rule as SARIF wants it. */
export interface Rule {
  id: string;
  severity: FindingFact["severity"];
  title: string;
  help: string;
}

const SILENCE =
  "If it is meant to be so, write the comment `tidegate-ignore: ID` on this line or on a line of its own above.";

const BARE = {
  "hardcoded-secret": {
    severity: "error",
    title: "Hard-coded secret",
    help: "Whoever reads the source has the secret, and it stays in the history. Revoke it, and read the new one from the environment or a secret store.",
  },
  eval: {
    severity: "error",
    title: "Code made from data is run",
    help: "What reaches eval, exec or Function runs with all rights of the program. Use a parser, a table of functions, or JSON.",
  },
  "shell-injection": {
    severity: "error",
    title: "Shell command made from data",
    help: "A shell reads spaces, quotes and semicolons of the data as its own. Call the program directly with a list of arguments.",
  },
  "sql-injection": {
    severity: "error",
    title: "SQL put together from data",
    help: "Data inside the text of a statement can change the statement. Use placeholders and pass the values as parameters.",
  },
  "unsafe-deserialization": {
    severity: "warning",
    title: "Unsafe deserialisation",
    help: "This format can make objects that run code while they are read. Use JSON or a safe loader for data that others can write.",
  },
  "weak-hash": {
    severity: "warning",
    title: "Weak hash",
    help: "MD5 and SHA-1 can be made to collide. Use SHA-256 or, for passwords, a password hash such as Argon2 or bcrypt.",
  },
  "tls-disabled": {
    severity: "error",
    title: "TLS check switched off",
    help: "Without the check anybody on the way can read and change the traffic. Trust the right certificate authority instead.",
  },
  "path-traversal": {
    severity: "warning",
    title: "Path taken from a request",
    help: "`../` in the request leaves the folder that was meant. Resolve the path and refuse what is not inside of the folder.",
  },
  "html-injection": {
    severity: "note",
    title: "HTML made from data",
    help: "Markup in the data becomes part of the page, scripts included. Set text instead, or sanitise the markup first.",
  },
} as const satisfies Record<string, Omit<Rule, "id">>;

export type RuleName = keyof typeof BARE;

/** Every rule that can be found, in a fixed order. */
export const RULES: readonly Rule[] = Object.entries(BARE).map(([name, rule]) => ({
  id: `security/${name}`,
  severity: rule.severity,
  title: rule.title,
  help: `${rule.help} ${SILENCE.replace("ID", `security/${name}`)}`,
}));

export function severityOf(name: RuleName): FindingFact["severity"] {
  return BARE[name].severity;
}
