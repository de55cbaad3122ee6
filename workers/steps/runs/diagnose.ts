/** Reads a failed validation into a report for the agent that is to mend it. */
import type { StepRecord } from "../../../models/step.ts";
import type { Validation } from "../../../models/validation.ts";
import { compareCommits, listTree, treeOf } from "../../providers/github/index.ts";
import { d1Graphs } from "../../store/graphs.ts";
import { knownValues } from "../../store/secrets.ts";
import { listSteps } from "../../store/steps.ts";
import { listValidations } from "../../store/validations.ts";
import { artifactKey } from "../artifacts.ts";
import { errorReport, type Failure, type Means } from "../diagnosis/index.ts";
import { graphIdOf, repositoryAt } from "../graph-order.ts";
import { formsOf, redact } from "../redact.ts";
import { sourceText } from "../source-text.ts";
import { keepReport } from "./report-text.ts";
import { errored, getText, type RunStep, type RunWork } from "./work.ts";

export const diagnose: RunStep = async (work) => {
  const { run, env, vars, project } = work;
  const all = run.pr_number === null ? [] : await listValidations(env.DB, project.id, run.pr_number);
  const validation = all.find(
    ({ head_sha, state }) => head_sha === run.heads.at(-1) && (state === "failed" || state === "timed_out"),
  );
  if (validation === undefined) return errored("no_validation", "The failed validation is not on record");
  const [failure, means, secrets] = await Promise.all([
    failureOf(env, validation),
    meansOf(work, validation),
    knownValues(env.DB, vars.SECRETS_KEY, project.id),
  ]);
  const { text: read, fingerprint, screenshots } = await errorReport(failure, means);
  // Once more: a secret in colours is plain only when the log was read.
  const text = redact(formsOf(secrets), read, true).clean;
  await keepReport(env, run, { text, screenshots, validation_id: validation.id });
  return { state: "passed", reason: null, fingerprint };
};

async function failureOf(env: Env, validation: Validation): Promise<Failure> {
  const steps = lastTry(await listSteps(env.DB, validation.id));
  const logs = await texts(
    steps.flatMap(({ id, log, state }) =>
      log === null || state === "passed" ? [] : [{ name: id, key: log }],
    ),
    env,
  );
  const names = steps
    .flatMap(({ evidence }) => evidence?.artifacts ?? [])
    .filter((name) => name.endsWith(".console.txt"));
  const consoles = await texts(
    names.map((name) => ({ name, key: artifactKey(validation.id, name) })),
    env,
  );
  return { validation, steps, logs, consoles };
}

/** Of a validation that began anew only the last go says how it ended. */
function lastTry(steps: readonly StepRecord[]): StepRecord[] {
  const gate = steps.filter(({ kind }) => kind !== "report" && kind !== "release" && kind !== "merge");
  const last = Math.max(...gate.map((step) => step.try), 1);
  return gate.filter((step) => step.try === last);
}

async function texts(
  wanted: readonly { name: string; key: string }[],
  env: Env,
): Promise<Map<string, string>> {
  const read = await Promise.all(
    wanted.map(async ({ name, key }) => [name, await getText(env, key)] as const),
  );
  return new Map(read.filter((one): one is readonly [string, string] => one[1] !== null));
}

/** What the code graph and GitHub know of the head; each may be missing. */
async function meansOf(
  { env, vars, repo, project }: RunWork,
  { head_sha, base_sha }: Validation,
): Promise<Means> {
  const wish = repositoryAt(project, head_sha);
  const [reader, comparison, tree] = await Promise.all([
    d1Graphs(env.DB, { tenant: wish.tenant }).open(await graphIdOf(wish)),
    compareCommits(vars, repo, base_sha, head_sha),
    treeOf(vars, repo, head_sha).then((sha) => listTree(vars, repo, sha)),
  ]);
  return {
    ...(reader !== undefined && { reader, source: sourceText(env, wish.tenant, reader.info) }),
    diff: comparison.diff,
    paths: tree.map(({ path }) => path),
    budget: project.report_tokens,
  };
}
