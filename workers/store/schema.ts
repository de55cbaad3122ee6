/** The tables of D1 for drizzle. `migrations/` makes them; `test/schema.test.ts` holds the two together. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Envelope } from "../../models/attestation.ts";
import type { Plan } from "../../models/config.ts";
import { type Disconnected, type ProjectSettings, SECRET_USES } from "../../models/project.ts";
import type { PullSummary } from "../../models/pull.ts";
import { RUN_PHASES, type Run } from "../../models/run.ts";
import { type Evidence, STEP_KINDS, STEP_STATES } from "../../models/step.ts";
import { TURN_STATES, type Turn } from "../../models/turn.ts";
import { MERGE_STATES, VALIDATION_STATES, type Validation } from "../../models/validation.ts";

export * from "./schema-deliveries.ts";
export * from "./schema-github.ts";
export * from "./schema-graphs.ts";

export const projects = sqliteTable(
  "projects",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    repo_id: integer().notNull(),
    full_name: text().notNull(),
    installation_id: integer(),
    default_branch: text().notNull(),
    github_url: text().notNull(),
    settings: text({ mode: "json" }).$type<ProjectSettings>().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    /** A removed project's row stays: its check runs must still be concluded, its history read. */
    removed_at: integer(),
    /** When it was last compared with GitHub. */
    reconciled_at: integer().notNull().default(0),
    disconnected: text({ mode: "json" }).$type<Disconnected>(),
    pinned_branch: text(),
    check_scope: text(),
  },
  (table) => [index("projects_by_repo").on(table.repo_id)],
);

export const secrets = sqliteTable(
  "secrets",
  {
    project_id: text().notNull(),
    name: text().notNull(),
    sealed: text().notNull(),
    updated_at: integer().notNull(),
    use: text({ enum: SECRET_USES }).notNull().default("validation"),
  },
  (table) => [primaryKey({ columns: [table.project_id, table.name] })],
);

/** Values that were replaced or removed: a sandbox that runs may still hold them, so they are looked for. */
export const retired_secrets = sqliteTable(
  "retired_secrets",
  {
    project_id: text().notNull(),
    name: text().notNull(),
    sealed: text().notNull(),
    retired_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.project_id, table.name, table.sealed] })],
);

export const pulls = sqliteTable(
  "pulls",
  {
    project_id: text().notNull(),
    number: integer().notNull(),
    state: text({ enum: ["open", "closed"] }).notNull(),
    data: text({ mode: "json" }).$type<PullSummary>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.project_id, table.number] }),
    index("pulls_by_state").on(table.project_id, table.state),
  ],
);

export const validations = sqliteTable(
  "validations",
  {
    id: text().primaryKey(),
    project_id: text().notNull(),
    pr_number: integer().notNull(),
    head_sha: text().notNull(),
    attempt: integer().notNull(),
    state: text({ enum: VALIDATION_STATES }).notNull(),
    merge_state: text({ enum: MERGE_STATES }).notNull(),
    created_at: integer().notNull(),
    /** Rises with every change, so that a row that was resent late never overwrites a newer one. */
    revision: integer().notNull(),
    data: text({ mode: "json" }).$type<Validation>().notNull(),
  },
  (table) => [
    index("validations_by_pull").on(table.project_id, table.pr_number, table.created_at),
    index("validations_by_head").on(table.project_id, table.head_sha),
    index("validations_by_state").on(table.state),
    index("validations_by_time").on(table.project_id, table.created_at),
  ],
);

export const steps = sqliteTable(
  "steps",
  {
    id: text().primaryKey(),
    validation_id: text().notNull(),
    kind: text({ enum: STEP_KINDS }).notNull(),
    try: integer().notNull(),
    state: text({ enum: STEP_STATES }).notNull(),
    reason: text(),
    evidence: text({ mode: "json" }).$type<Evidence>(),
    log: text(),
    /** What a step that is visited many times must remember between visits. */
    memo: text({ mode: "json" }).$type<Record<string, unknown>>(),
    started_at: integer().notNull(),
    finished_at: integer(),
    /** How often it was visited: only the newest visit may write. */
    visits: integer().notNull().default(0),
  },
  (table) => [
    index("steps_by_validation").on(table.validation_id, table.started_at),
    index("steps_by_kind").on(table.kind, table.started_at),
  ],
);

export const plans = sqliteTable("plans", {
  validation_id: text().primaryKey(),
  digest: text().notNull(),
  source: text().notNull(),
  plan: text({ mode: "json" }).$type<Plan>().notNull(),
});

export const quarantine = sqliteTable(
  "quarantine",
  {
    project_id: text().notNull(),
    test: text().notNull(),
    owner: text().notNull(),
    reason: text().notNull(),
    expires_at: integer().notNull(),
    created_by: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.project_id, table.test] })],
);

export const reruns = sqliteTable(
  "reruns",
  {
    step_id: text().notNull(),
    nth: integer().notNull(),
    project_id: text().notNull(),
    head_sha: text().notNull(),
    validation_id: text().notNull(),
    failed: text({ mode: "json" }).$type<string[]>(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.step_id, table.nth] }),
    index("reruns_by_head").on(table.project_id, table.head_sha),
  ],
);

export const lanes = sqliteTable(
  "lanes",
  {
    repo_id: integer().notNull(),
    base_ref: text().notNull(),
    holder: text().notNull(),
    until: integer().notNull(),
    visit: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.repo_id, table.base_ref] })],
);

export const previews = sqliteTable(
  "previews",
  {
    label: text().primaryKey(),
    sandbox_id: text().notNull(),
    service: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [index("previews_by_sandbox").on(table.sandbox_id)],
);

export const runs = sqliteTable(
  "runs",
  {
    id: text().primaryKey(),
    project_id: text().notNull(),
    phase: text({ enum: RUN_PHASES }).notNull(),
    pr_number: integer(),
    issue: integer(),
    created_at: integer().notNull(),
    revision: integer().notNull(),
    data: text({ mode: "json" }).$type<Run>().notNull(),
  },
  (table) => [
    index("runs_by_project").on(table.project_id, table.created_at),
    index("runs_by_pull").on(table.project_id, table.pr_number),
  ],
);

export const turns = sqliteTable(
  "turns",
  {
    id: text().primaryKey(),
    run_id: text().notNull(),
    nth: integer().notNull(),
    state: text({ enum: TURN_STATES }).notNull(),
    data: text({ mode: "json" }).$type<Turn>().notNull(),
    memo: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index("turns_by_run").on(table.run_id, table.nth)],
);

export const sessions = sqliteTable("sessions", {
  hash: text().primaryKey(),
  kind: text({ enum: ["session", "link"] }).notNull(),
  owner: text().notNull(),
  expires_at: integer().notNull(),
});

/** A chain per project; rows are only ever added, which triggers of the migration hold. */
export const audit = sqliteTable(
  "audit",
  {
    project_id: text().notNull(),
    id: integer().notNull(),
    at: integer().notNull(),
    fact: text().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    target: text().notNull(),
    detail: text().notNull(),
    before_hash: text(),
    after_hash: text(),
    request_id: text(),
    delivery_id: text(),
    validated_sha: text(),
    observed_sha: text(),
    policy_version: text(),
    prev: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.project_id, table.id] }),
    uniqueIndex("audit_by_fact").on(table.project_id, table.fact),
  ],
);

export const attestations = sqliteTable("attestations", {
  validation_id: text().primaryKey(),
  key_id: text().notNull(),
  envelope: text({ mode: "json" }).$type<Envelope>().notNull(),
  created_at: integer().notNull(),
});

export const attestation_keys = sqliteTable("attestation_keys", {
  id: text().primaryKey(),
  public_key: text().notNull(),
  created_at: integer().notNull(),
});

export const counters = sqliteTable(
  "counters",
  {
    name: text().notNull(),
    label: text().notNull(),
    value: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.label] })],
);
