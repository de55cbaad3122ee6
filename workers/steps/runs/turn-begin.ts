/** How a turn begins: where from, with which prompt, and for an agent of ours in which working copy. */

import { DEFAULT_LIMITS, type InputFiles } from "../../../models/sandbox.ts";
import { toBase64 } from "../../base64.ts";
import { commitOf, readPull, treeOf } from "../../providers/github/index.ts";
import { findGraphInfo } from "../../store/graph-jobs.ts";
import { artifactKey } from "../artifacts.ts";
import { checkout } from "../checkout.ts";
import { graphIdOf, orderGraph, repositoryAt } from "../graph-order.ts";
import { readPlan } from "../plan.ts";
import { composePrompt, rulesOf } from "./prompt.ts";
import { partsOf } from "./prompt-parts.ts";
import { readReport } from "./report-text.ts";
import type { Looked, TurnWork } from "./turn-work.ts";
import { failed, putText, runKey } from "./work.ts";

/** Longest the code graph is waited for, in ms: without it an agent searches by itself. */
const GRAPH_MS = 30_000;

/** Lays everything an agent begins with; repeating it lays the same again. */
export async function begin(work: TurnWork): Promise<Looked | "begun"> {
  const { known, log, agent, turn, run } = work;
  if (known.start === null) {
    const start = await startOf(work);
    if ("reason" in start) return { outcome: failed("push_refused", start.reason) };
    known.start = start;
  }
  if (turn.purpose !== "repair" && !(await graphIsThere(work, known.start.sha))) return { again_s: 1 };
  const report = turn.purpose === "repair" ? await readReport(work.env, run) : null;
  const pictures = await picturesOf(work, report?.validation_id ?? null, report?.screenshots ?? []);
  known.images = pictures.map(({ name }) => name);
  const parts = await partsOf(work, {
    run,
    purpose: turn.purpose,
    start: known.start,
    report: report?.text ?? null,
    images: known.images,
    here: agent.here,
  });
  const prompt = composePrompt(parts);
  await putText(work.env, runKey(run.id, `${turn.nth}.prompt.md`), prompt);
  if (report !== null) await putText(work.env, runKey(run.id, `${turn.nth}.report.md`), report.text);
  turn.start_sha = known.start.sha;
  if (agent.here) {
    const texts = {
      "prompt.md": prompt,
      "rules.md": rulesOf(parts),
      "context.md": parts.context ?? report?.text ?? "",
    };
    const laid = await lay(work, texts, pictures);
    if (laid !== null) return { outcome: failed("agent_failed", laid) };
  }
  await log.say(`# ${agent.name} begins from ${known.start.sha} of ${known.start.base}`);
  known.stage = "set-up";
  return "begun";
}

/** The commit from which the agent begins: the newest of the base, or what the run made last. */
async function startOf({ run, turn, vars, repo, project }: TurnWork) {
  const pull = run.pr_number === null ? null : await readPull(vars, repo, run.pr_number);
  if (pull !== null && pull.head_repo_id !== pull.base_repo_id)
    return { reason: `#${pull.number} comes from a fork: its branch cannot be pushed to` };
  const base = pull?.base_ref ?? project.default_branch;
  const base_sha = await commitOf(vars, repo, base);
  if (base_sha === null) return { reason: `${project.full_name} has no branch ${base}` };
  const sha = turn.purpose === "repair" ? (run.heads.at(-1) ?? base_sha) : base_sha;
  return { sha, tree: await treeOf(vars, repo, sha), base, base_sha };
}

/** Whether the graph of the commit is there, has failed, or was waited for long enough. */
async function graphIsThere({ env, project, known }: TurnWork, sha: string): Promise<boolean> {
  const wish = repositoryAt(project, sha);
  // Ordered once: one that failed would only fail again.
  const info =
    known.graph_until === null
      ? await orderGraph(env, wish)
      : await findGraphInfo(env.DB, { tenant: wish.tenant, id: await graphIdOf(wish) });
  known.graph_until ??= Date.now() + GRAPH_MS;
  return info?.status === "ready" || info?.status === "failed" || Date.now() > known.graph_until;
}

export type Picture = { name: string; bytes: Uint8Array };

/** The goal's own pictures, and those of what failed in the browser. */
async function picturesOf(
  { env, run }: TurnWork,
  validationId: string | null,
  screenshots: readonly string[],
): Promise<Picture[]> {
  const keys = [
    ...run.images.map((name) => ({ name, key: runKey(run.id, `images/${name}`) })),
    ...screenshots.map((name) => ({ name, key: artifactKey(validationId ?? "", name) })),
  ];
  const found = await Promise.all(
    keys.map(async ({ name, key }) => {
      const kept = await env.ARTIFACTS.get(key);
      return kept === null ? null : { name, bytes: new Uint8Array(await kept.arrayBuffer()) };
    }),
  );
  return found.filter((one) => one !== null);
}

/** Makes the sandbox with the commit and the texts in it. @returns why that cannot be done; null when it is */
async function lay(
  work: TurnWork,
  texts: Record<string, string>,
  pictures: readonly Picture[],
): Promise<string | null> {
  const { sandbox, known, log, turn } = work;
  const { start } = known;
  if (start === null) return "It is not known where to begin";
  const gate = await readPlan(work, start.base_sha);
  const limits =
    "reason" in gate
      ? {}
      : Object.fromEntries(Object.entries(gate.plan.limits).filter(([, one]) => one !== undefined));
  const info = await sandbox.create({ limits: { ...DEFAULT_LIMITS, lifetime_ms: LIFETIME_MS, ...limits } });
  Object.assign(turn, { container_id: info.instance, isolation: info.isolation });
  const laid = await checkout(work, start.sha, start.tree, log);
  if ("difference" in laid) return `The archive of ${start.sha} is not its tree: ${laid.difference}`;
  await sandbox.putInputs([
    ...Object.entries(texts).map(([path, text]) => asInput(path, new TextEncoder().encode(text))),
    ...pictures.map(({ name, bytes }) => asInput(`images/${name}`, bytes)),
  ]);
  return null;
}

/** Longer than a turn, its set-up and its grace together, in ms. */
const LIFETIME_MS = 3 * 60 * 60_000;

function asInput(path: string, bytes: Uint8Array): InputFiles["files"][number] {
  return { path, mode: "100644", base64: toBase64(bytes) };
}
