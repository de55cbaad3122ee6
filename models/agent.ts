/** Agents: the programs and services that plan and write changes. */
import { z } from "zod";
import { SAID_FORMATS, type SaidFormat } from "./said.ts";

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

/**
 * The one table of presets. Each runs without asking, because the sandbox is what holds it: it has no credential of
 * GitHub, and nothing of it survives but its diff. PROVISIONAL
 */
export const PRESETS = {
  claude: {
    name: "Claude Code",
    program: "claude",
    format: "claude",
    keys: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
    plan: "claude -p --output-format stream-json --verbose --permission-mode plan",
    write: "claude -p --output-format stream-json --verbose --dangerously-skip-permissions",
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
