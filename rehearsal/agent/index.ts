/** The rehearsal agent as a command: everything it needs travels inside of it, so that it runs in any sandbox with Node. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const HERE = import.meta.dirname;
/** Ends each file below; a line of a file that says the same would cut it off. */
const END = "END_OF_REHEARSAL_FILE";

/** What the agent understands, one example for each of its goals. */
export const EXAMPLES = {
  clear: "Add a button that clears what is done",
  left: "Show how many items are left",
  today: "Show today's date",
  never: "Guess what to buy next, which never works",
  mistake: "Make the same mistake twice",
  nothing: "Change nothing",
} as const;

/** A command line for `sh -c` that lays the agent's files into a folder of its own and starts it. */
export function agentCommand(): string {
  const files = globSync("**/*.mjs", { cwd: HERE }).sort();
  const folders = [...new Set(files.map(dirname))].filter((folder) => folder !== ".");
  return [
    "agent=$(mktemp -d) || exit 1",
    ...folders.map((folder) => `mkdir -p "$agent/${folder}"`),
    ...files.map((file) => `cat > "$agent/${file}" <<'${END}'\n${textOf(file)}${END}`),
    'node "$agent/agent.mjs"',
    "ended=$?",
    'rm -rf "$agent"',
    'exit "$ended"',
  ].join("\n");
}

function textOf(file: string): string {
  const text = readFileSync(join(HERE, file), "utf8");
  if (text.includes(END)) throw new Error(`Cannot bundle "${file}": it contains "${END}"`);
  return text;
}
