/**
 * `.tidegate.yml`: how a repository wants to be validated. It is always read from the base branch, so a pull
 * request cannot weaken the gate it has to pass. The published JSON Schema is made from this file.
 */
import { z } from "zod";
import { HostPattern } from "./sandbox.ts";
import { MERGE_METHODS } from "./validation.ts";

/** Its name in a repository. */
export const CONFIG_FILE = ".tidegate.yml";

/** Failed tests are run again at one commit this often at most, over all attempts at it. */
export const MOST_RERUNS = 2;

const Command = z.string().trim().min(1, "must be a command").max(4_000);
const Commands = z.union([Command, z.array(Command).min(1, "must list at least one command").max(50)]);
const minutes = (most: number) => z.number().positive().max(most);

/** `none` says in so many words that there is nothing to do; an empty list is a mistake, not an answer. */
const None = z.literal("none");

/** What to act on: a text means the accessible name or visible text; an object says which. */
const Target = z.union([
  z.string().min(1),
  z.strictObject({ css: z.string().min(1) }),
  z.strictObject({ label: z.string().min(1) }),
  z.strictObject({ role: z.string().min(1), name: z.string().optional() }),
  z.strictObject({ text: z.string().min(1) }),
]);
export type Target = z.infer<typeof Target>;

const Expectation = z.union([
  z.strictObject({ text: z.string().min(1) }),
  z.strictObject({ no_text: z.string().min(1) }),
  z.strictObject({ role: z.string().min(1), name: z.string().optional() }),
  z.strictObject({ css: z.string().min(1) }),
  z.strictObject({ url: z.string().min(1) }),
]);

/** One action of a user flow. */
export const Action = z.union([
  z.strictObject({ go: z.string().startsWith("/", "must be a path of the app, beginning with /") }),
  z.strictObject({ click: Target }),
  z.strictObject({ fill: z.strictObject({ into: Target, with: z.string() }) }),
  z.strictObject({ press: z.string().min(1) }),
  z.strictObject({ expect: Expectation }),
]);
export type Action = z.infer<typeof Action>;

const Flow = z.strictObject({
  name: z.string().min(1).max(120),
  steps: z.array(Action).min(1, "must have at least one action").max(100),
});
export type Flow = z.infer<typeof Flow>;

/** Where a command that runs failed tests again finds their names. */
const NAMES_TESTS = /\{tests\}|\bTIDEGATE_TESTS\b/;

const Test = z.strictObject({
  run: Commands,
  /** How often what failed is run again at the same commit: what passes then is flaky, and is never simply green. */
  reruns: z.number().int().min(0).max(MOST_RERUNS).default(0),
  /** Runs the failed tests alone: `{tests}` stands for their names, each quoted for the shell. Without it all are run again. */
  rerun: Command.refine(
    (command) => NAMES_TESTS.test(command),
    "must say where the failed tests go: {tests} for their names, or TIDEGATE_TESTS, which has one a line",
  ).optional(),
  /** A JUnit XML file that the command writes, relative to the repository. */
  report: z.string().min(1).optional(),
  /** A regular expression whose first group is the number of tests that ran. */
  count: z
    .string()
    .min(1)
    .max(500)
    .refine(compiles, "must be a regular expression with one group")
    .optional(),
  timeout_minutes: minutes(60).default(10),
  /** `none` is hermetic: a loopback of its own and nothing else. */
  network: z.enum(["open", "none"]).default("none"),
});

const Serve = z.strictObject({
  run: Command,
  port: z.number().int().min(1).max(65_535).default(3000),
  ready: z.string().startsWith("/", "must be a path, beginning with /").default("/"),
  ready_timeout_seconds: z.number().positive().max(300).default(60),
});

/** What the code graph may do to a merge. */
const Policy = z.strictObject({
  /** New findings of this severity, or a worse one, fail the validation. */
  fail_on: z.enum(["none", "error", "warning"]).default("none"),
  /** A risk of this level, or a higher one, holds the merge until a person decides. */
  ask_a_person_at: z.enum(["none", "critical", "high", "medium"]).default("none"),
});
export type Policy = z.infer<typeof Policy>;

/** Whether nothing may be merged without the analysis. */
export function needsGraph({ fail_on, ask_a_person_at }: Policy): boolean {
  return fail_on !== "none" || ask_a_person_at !== "none";
}

/** Files outside a project's own folder that concern it all the same: `*` is a part of a name, `**` any folders. */
const Globs = z
  .array(
    z
      .string()
      .min(1)
      .max(300)
      .refine(
        (glob) => !/^\/|(^|\/)\.\.?(\/|$)|\\/.test(glob),
        "must be a path from the top of the repository",
      ),
  )
  .max(50);

/** The code graph in the gate: what a change may break, and what it brings in anew. */
const Analyze = Policy.extend({ enabled: z.boolean().default(true) }).refine(
  (analyze) => analyze.enabled || !needsGraph(analyze),
  { path: ["enabled"], message: "must be true, because fail_on or ask_a_person_at needs the analysis" },
);
/** The whole file. Unknown keys are errors: a misspelt `test` must not become a gate without tests. */
export const Config = z
  .strictObject({
    version: z.literal(1).default(1),
    setup: z.union([None, Commands]).optional(),
    setup_timeout_minutes: minutes(60).default(10),
    test: z.union([Command, z.array(Command).min(1), Test]),
    serve: z.union([None, Command, Serve]).default("none"),
    ui: z
      .union([None, z.array(Flow).min(1, "must list at least one flow, or be the word none").max(50)])
      .default("none"),
    merge: z
      .strictObject({
        method: z.enum(MERGE_METHODS).optional(),
        auto: z.boolean().optional(),
        require_up_to_date: z.boolean().optional(),
        /** Checks of others that must be there and good, whether GitHub requires them or not. */
        checks: z.array(z.string().trim().min(1).max(255)).max(50).optional(),
      })
      .default({}),
    analyze: Analyze.default({ enabled: true, fail_on: "none", ask_a_person_at: "none" }),
    /** Of a project of a sub-folder: what concerns it beside that folder. */
    also: Globs.default([]),
    /** What the code of a fork reaches beside the registries of packages. */
    forks: z.strictObject({ egress: z.array(HostPattern).max(50).default([]) }).default({ egress: [] }),
    agent: z.strictObject({ instructions: z.string().max(20_000).optional() }).default({}),
    limits: z
      .strictObject({
        memory_mb: z.number().int().min(64).max(65_536).optional(),
        processes: z.number().int().min(8).max(10_000).optional(),
        disk_mb: z.number().int().min(64).max(65_536).optional(),
      })
      .default({}),
  })
  .refine((config) => config.ui === "none" || config.serve !== "none", {
    path: ["serve"],
    message: "must say how to start the app, because ui has flows to walk",
  });
export type Config = z.infer<typeof Config>;

/** What a plan lets the code graph do; null when it is not wanted at all. */
export function policyOf({ analyze }: Pick<Plan, "analyze">): Policy | null {
  return analyze === undefined || analyze === "none" ? null : analyze;
}

/** The same with every short form written out, so that no step has to know them. */
export type Plan = {
  setup: string[] | "none";
  setup_timeout_ms: number;
  test: {
    run: string[];
    /** Absent: none. */
    reruns?: number;
    rerun?: string;
    report?: string;
    count?: string;
    timeout_ms: number;
    network: "open" | "none";
  };
  serve: { run: string; port: number; ready: string; ready_timeout_ms: number } | "none";
  ui: Flow[] | "none";
  merge: Config["merge"];
  /** Absent in plans that were kept before there was an analysis. */
  analyze?: Policy | "none";
  limits: Config["limits"];
  /** Absent: nothing but the registries. */
  forks?: Config["forks"];
  /** The folder that the project is about, and what concerns it beside that; absent: the whole repository. */
  path?: string;
  also?: string[];
};

function compiles(pattern: string): boolean {
  try {
    return new RegExp(`${pattern}|`).exec("")?.length === 2;
  } catch {
    return false;
  }
}

const list = (commands: string | string[]): string[] =>
  typeof commands === "string" ? [commands] : commands;

/**
 * Writes out the short forms of a configuration.
 *
 * @param fallbackSetup the project's own set-up commands, used when the file has no `setup`
 * @returns null when neither names a set-up: what a project needs before its tests must be said, even if it
 *   is `none`, because an empty list that was meant to be full would look like success
 * @param path the folder of the repository that the project is about; empty: all of it
 */
export function planOf(config: Config, fallbackSetup: readonly string[], path = ""): Plan | null {
  const setup = config.setup ?? (fallbackSetup.length > 0 ? [...fallbackSetup] : null);
  if (setup === null) return null;
  const test =
    typeof config.test === "object" && !Array.isArray(config.test)
      ? config.test
      : Test.parse({ run: config.test });
  const serve =
    typeof config.serve === "string" && config.serve !== "none"
      ? Serve.parse({ run: config.serve })
      : config.serve;
  const { analyze } = config;
  return {
    setup: setup === "none" ? "none" : list(setup),
    setup_timeout_ms: config.setup_timeout_minutes * 60_000,
    test: {
      run: list(test.run),
      ...(test.reruns > 0 && { reruns: test.reruns }),
      ...(test.rerun !== undefined && { rerun: test.rerun }),
      ...(test.report !== undefined && { report: test.report }),
      ...(test.count !== undefined && { count: test.count }),
      timeout_ms: test.timeout_minutes * 60_000,
      network: test.network,
    },
    serve:
      serve === "none"
        ? "none"
        : {
            run: serve.run,
            port: serve.port,
            ready: serve.ready,
            ready_timeout_ms: serve.ready_timeout_seconds * 1000,
          },
    ui: config.ui,
    merge: config.merge,
    analyze: analyze.enabled
      ? { fail_on: analyze.fail_on, ask_a_person_at: analyze.ask_a_person_at }
      : "none",
    limits: config.limits,
    ...(config.forks.egress.length > 0 && { forks: config.forks }),
    ...(path !== "" && { path, also: config.also }),
  };
}
