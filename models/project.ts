/** A project: a repository under Tidegate's care, and how it wants to be treated. */
import { z } from "zod";
import { AGENT_KEYS, AgentName } from "./agent.ts";
import { DEFAULT_LIMITS, RunLimits } from "./run.ts";
import { MERGE_METHODS, Reason } from "./validation.ts";

/** A folder of a repository: names and slashes, nothing that leads elsewhere. */
const Folder = z
  .string()
  .max(300)
  .refine(
    (path) =>
      path === "" ||
      path.split("/").every((name) => !/^(\.{0,2}|\.git)$/i.test(name) && !/[\\\p{Cc}]/u.test(name)),
    "must be a folder inside the repository, such as packages/shop, or empty for all of it",
  );

/** What an owner may set; defaults stand here and nowhere else. */
export const ProjectSettings = z.object({
  /** Rules for agents, as text. */
  repository_rules: z.string().max(20_000).default(""),
  /** Used when the base branch has no .tidegate.yml of its own. */
  setup_commands: z.array(z.string().min(1).max(2_000)).max(50).default([]),
  /** A whole .tidegate.yml; when set it replaces the repository's. */
  config: z.string().max(60_000).nullable().default(null),
  /** The folder that the project is about: its `.tidegate.yml` is read and its commands run there. Empty: the whole repository. */
  path: Folder.default(""),
  auto_merge_enabled: z.boolean().default(false),
  auto_confirm_plans: z.boolean().default(false),
  validation_enabled: z.boolean().default(true),
  /** Who paused the project: nothing begins and nothing is merged; null: it is not paused. */
  paused_by: z.string().nullable().default(null),
  /** Everything runs and says what it would merge; nothing is merged. */
  dry_run: z.boolean().default(false),
  /** What is tested is the result of the merge with the base as it is, and only that is merged. */
  require_up_to_date: z.boolean().default(false),
  /** Who writes changes: a preset of models/agent.ts, `custom`, `codegen`, or empty when nobody was chosen. */
  agent: AgentName.or(z.literal("")).default(""),
  /** Of `custom`: started by `sh -c` in the working copy, with the prompt on stdin. */
  agent_command: z.string().max(90_000).default(""),
  /** Of `codegen`: ids at the vendor. */
  codegen_organization: z.number().int().positive().nullable().default(null),
  codegen_repository: z.number().int().positive().nullable().default(null),
  run_limits: RunLimits.default(DEFAULT_LIMITS),
  /** Longest report of a failure that an agent gets, in tokens. */
  report_tokens: z.number().int().min(500).max(100_000).default(12_000),
  merge_method: z.enum(MERGE_METHODS).default("merge"),
  planning_statement: z.string().max(20_000).default(""),
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;

/** Why GitHub does not let us in, and since when: until it does again nothing runs and nothing is asked of it. */
export const Disconnected = Reason.extend({ since: z.number() });
export type Disconnected = z.infer<typeof Disconnected>;

export const Project = ProjectSettings.extend({
  id: z.string(),
  name: z.string(),
  repo_id: z.number().int(),
  full_name: z.string(),
  installation_id: z.number().int().nullable(),
  default_branch: z.string(),
  /** The default branch at pinning, where it is another one by now; null: it is the same. */
  pinned_branch: z.string().nullable().default(null),
  github_url: z.string(),
  /** What its checks are told apart by where another project had the repository first; null: their plain name is its own. */
  check_scope: z.string().nullable().default(null),
  disconnected: Disconnected.nullable().default(null),
  webhook_url: z.string(),
  created_at: z.number(),
  updated_at: z.number(),
});
export type Project = z.infer<typeof Project>;

export const ProjectId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and dashes, at most 63");

/** What pinning a repository takes. */
/** What an owner sets in one go; a project is paused and resumed by name. */
export const ProjectChanges = ProjectSettings.omit({ paused_by: true }).partial().strict();

export const NewProject = ProjectSettings.omit({ paused_by: true })
  .partial()
  .strict()
  .extend({
    full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/name"),
    name: z.string().min(1).max(100).optional(),
  });
export type NewProject = z.input<typeof NewProject>;

/** Where a secret goes: into the sandboxes of validations, or into those of agents; never into both. */
export const SECRET_USES = ["validation", "agent"] as const;
export type SecretUse = (typeof SECRET_USES)[number];
export const SecretEntry = z.object({ name: z.string(), use: z.enum(SECRET_USES) });
export type SecretEntry = z.infer<typeof SecretEntry>;

/** What a secret of this name is for when nobody says so. */
export function useOf(name: string): SecretUse {
  return AGENT_KEYS.has(name) ? "agent" : "validation";
}

/** Names that would decide which programs run, not what they know. */
const RESERVED = /^(PATH|HOME|PORT|TMPDIR|SHELL|ENV|BASH_ENV|NODE_OPTIONS|PYTHONPATH|LD_.*|TIDEGATE.*)$/;

export const SecretName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]{0,99}$/, "must be an environment variable's name: capitals, digits, underscores")
  .refine((name) => !RESERVED.test(name), "is a name that the sandbox sets itself");
