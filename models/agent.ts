/** Agents: the programs and services that plan and write changes. */
import { z } from "zod";
import { SAID_FORMATS, type SaidFormat } from "./said.ts";
import { INPUTS } from "./sandbox.ts";

/** A command-line agent that is well known: how it is started without a person, and what it needs. */
export type Preset = {
  name: string;
  /** The program that must be on the sandbox's PATH. */
  program: string;
  format: SaidFormat;
  /** Secrets of which one must be set, by the names that the program reads. */
  keys: readonly string[];
  /** Started by `sh -c` in the working copy, with the prompt on stdin. `plan` may only read. */
  plan: string;
  write: string;
};

/** Where the prompt's files lie, for those that must be told what they may read beside the working copy. */
const FILES = `"$HOME/${INPUTS}"`;

const CLAUDE = "claude -p --output-format stream-json --verbose";
const CODEX =
  'CODEX_API_KEY="$(printenv CODEX_API_KEY || printenv OPENAI_API_KEY)" codex exec --json --skip-git-repo-check';
const GEMINI = `GEMINI_CLI_TRUST_WORKSPACE=true gemini --output-format stream-json --include-directories ${FILES}`;
const QWEN = `QWEN_CODE_SUPPRESS_YOLO_WARNING=1 qwen --output-format stream-json --include-directories ${FILES}`;
const COPILOT = "copilot --output-format json --no-ask-user --disable-builtin-mcps --allow-all";
const CURSOR = "cursor-agent -p --output-format stream-json";
const GOOSE =
  'GOOSE_MODE=auto GOOSE_DISABLE_KEYRING=1 goose run --no-session --quiet -i "$TIDEGATE_PROMPT_FILE"';
const AIDER = [
  'echo ".aider*" >> "$(git rev-parse --git-path info/exclude)" &&',
  "aider --yes-always --no-auto-commits --no-gitignore --no-pretty --no-stream --no-check-update",
  '--no-show-release-notes --no-suggest-shell-commands --no-detect-urls --message-file "$TIDEGATE_PROMPT_FILE"',
].join(" ");

/** Whose name stands on a commit that an agent made here: it stays there when somebody moves the commit elsewhere. */
export function authorFor(agent: string, host: string): { name: string; email: string } {
  return { name: `${agent} (Tidegate)`, email: `agent@${host}` };
}

export function isAgentAuthor({ name, email }: { name: string; email: string }): boolean {
  return name.endsWith(" (Tidegate)") && email.startsWith("agent@");
}

/**
 * The one table of presets. Each runs without asking, because the sandbox is what holds it: it has no credential of
 * GitHub, and nothing of it survives but its diff.
 *
 * `plan` only reads where the program can be held to it; where not, its copy is thrown away all the same. Modes that
 * are called plan are passed over where the plan ends up in a file, or is carried out when nobody answers: here it
 * must be the final answer.
 */
export const PRESETS = {
  // With -p it refuses itself what it would have to ask for. As root it skips no permissions unless IS_SANDBOX is 1.
  claude: {
    name: "Claude Code",
    program: "claude",
    format: "claude",
    keys: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
    plan: `${CLAUDE} --add-dir ${FILES}`,
    write: `IS_SANDBOX=1 ${CLAUDE} --dangerously-skip-permissions`,
  },
  // `exec` takes a key from CODEX_API_KEY alone.
  codex: {
    name: "OpenAI Codex CLI",
    program: "codex",
    format: "codex",
    keys: ["CODEX_API_KEY", "OPENAI_API_KEY"],
    plan: `${CODEX} --sandbox read-only -`,
    write: `${CODEX} --dangerously-bypass-approvals-and-sandbox -`,
  },
  // In a folder that it does not trust it asks. Without a terminal `default` leaves out the tools that change.
  gemini: {
    name: "Gemini CLI",
    program: "gemini",
    format: "gemini",
    keys: ["GEMINI_API_KEY"],
    plan: `${GEMINI} --approval-mode default`,
    write: `${GEMINI} --approval-mode yolo`,
  },
  // OPENAI_BASE_URL and OPENAI_MODEL say where and which, when they are secrets of the project too.
  qwen: {
    name: "Qwen Code",
    program: "qwen",
    format: "claude",
    keys: ["OPENAI_API_KEY"],
    plan: `${QWEN} --approval-mode default`,
    write: `${QWEN} --approval-mode yolo`,
  },
  // What is called its agent `plan` still writes by its shell.
  opencode: {
    name: "opencode",
    program: "opencode",
    format: "opencode",
    keys: ["OPENCODE_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY"],
    plan: `OPENCODE_PERMISSION='{"edit":"deny","bash":"deny"}' opencode run --format json --auto`,
    write: "opencode run --format json --auto",
  },
  // Without its server for GitHub: the token is for its model, not for pushing past us.
  copilot: {
    name: "GitHub Copilot CLI",
    program: "copilot",
    format: "copilot",
    keys: ["COPILOT_GITHUB_TOKEN"],
    plan: `${COPILOT} --deny-tool=write --deny-tool=shell`,
    write: COPILOT,
  },
  // The prompt is an argument, which a system lets be 128 KB long.
  cursor: {
    name: "Cursor CLI",
    program: "cursor-agent",
    format: "claude",
    keys: ["CURSOR_API_KEY"],
    plan: `${CURSOR} --trust --mode ask "$(cat "$TIDEGATE_PROMPT_FILE")"`,
    write: `${CURSOR} --force "$(cat "$TIDEGATE_PROMPT_FILE")"`,
  },
  // Not held to reading: without --dangerously-allow-all only commands that it does not know are refused.
  amp: {
    name: "Amp",
    program: "amp",
    format: "claude",
    keys: ["AMP_API_KEY"],
    plan: "amp -x --stream-json",
    write: "amp --dangerously-allow-all -x --stream-json",
  },
  // Knows neither vendor nor model until both are named, beside the vendor's own key. Its mode that changes nothing
  // (`chat`) reads nothing either.
  goose: {
    name: "Goose",
    program: "goose",
    format: "text",
    keys: ["GOOSE_PROVIDER", "GOOSE_MODEL"],
    plan: `${GOOSE} --with-builtin developer`,
    write: `${GOOSE} --with-builtin developer`,
  },
  // Keeps notes in the working copy, which must not come into the diff; nor may it note that in .gitignore.
  aider: {
    name: "Aider",
    program: "aider",
    format: "text",
    keys: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "DEEPSEEK_API_KEY", "OPENROUTER_API_KEY"],
    plan: `${AIDER} --chat-mode ask`,
    write: AIDER,
  },
} as const satisfies Record<string, Preset>;

/** Besides the presets: a command of the project's own, and the hosted vendor. */
export const OTHER_AGENTS = ["custom", "codegen"] as const;
export const AGENT_NAMES: readonly string[] = [...Object.keys(PRESETS), ...OTHER_AGENTS];
export const AgentName = z
  .string()
  .refine((name) => AGENT_NAMES.includes(name), `must be one of ${AGENT_NAMES.join(", ")}`);

/** The secret that lets us speak to Codegen's API. */
export const CODEGEN_KEY = "CODEGEN_API_KEY";

/** Secrets that belong to agents: they go into an agent's sandbox and never into a validation's. */
export const AGENT_KEYS: ReadonlySet<string> = new Set([
  ...Object.values(PRESETS).flatMap((preset: Preset) => preset.keys),
  CODEGEN_KEY,
]);

/** An agent as a project could use it. */
export const AgentOffer = z.object({
  id: z.string(),
  name: z.string(),
  vendor: z.enum(["command", "codegen"]),
  format: z.enum(SAID_FORMATS),
  /** Whether its program is on the sandbox host, or its settings are complete. */
  found: z.boolean(),
  /** Secrets of which one must be set, and whether one is. */
  keys: z.array(z.string()),
  has_key: z.boolean(),
  /** What is missing, in words; null when it can be used. */
  missing: z.string().nullable(),
  /** The project's own choice. */
  chosen: z.boolean(),
});
export type AgentOffer = z.infer<typeof AgentOffer>;
