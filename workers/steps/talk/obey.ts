/** Does what a person asked for on an issue or a pull request, and answers there. */
import { FINAL_PHASES, MOST_GOAL_CHARACTERS, type Run } from "../../../models/run.ts";
import { log } from "../../log.ts";
import type { Asked } from "../../project/new-run.ts";
import {
  GitHubRefusal,
  type LiveIssue,
  react,
  readIssue,
  upsertComment,
} from "../../providers/github/index.ts";
import type { StoredProject } from "../../store/projects.ts";
import { findRunOf } from "../../store/runs.ts";
import { listValidations } from "../../store/validations.ts";
import { varsOf } from "../../vars.ts";
import { retryRun, startRun, stopRun, told } from "../runs/asking.ts";
import { type Answer, answerTo, said } from "./answer.ts";
import { approve } from "./approve.ts";
import { visible } from "./command-text.ts";
import { causeOf, HELP, markerOf, type Request } from "./request.ts";

export type Projects = readonly [StoredProject, ...StoredProject[]];

/** Does it, and answers. Doing it twice is doing it once. */
export async function obey(env: Env, request: Request, projects: Projects): Promise<void> {
  const { sign, words } = await carryOut(env, request, projects);
  const { delivery_id, number, comment_id } = request;
  const [repo] = projects;
  const vars = varsOf(env);
  if (sign !== null && comment_id !== null) await react(vars, repo, comment_id, sign);
  if (words === null) return;
  try {
    await upsertComment(vars, repo, { number, marker: markerOf(request), body: words });
  } catch (error) {
    // What was asked for is done all the same, and the dashboard shows it.
    if (!(error instanceof GitHubRefusal)) throw error;
    log("command.unanswered", { delivery_id, error: error.message });
  }
}

function carryOut(env: Env, request: Request, projects: Projects): Promise<Answer> {
  const { command } = request;
  switch (command.verb) {
    case "run":
      return start(env, request, command.goal, projects);
    case "approve":
      return approve(env, request, command.sha, projects);
    case "retry":
    case "stop":
      return act(env, request, command.verb, projects);
    case "help":
      return Promise.resolve(said(HELP));
  }
}

/** A run for the goal, by the first of the projects that has an agent. */
async function start(env: Env, request: Request, goal: string, projects: Projects): Promise<Answer> {
  const { PUBLIC_URL } = varsOf(env);
  const project = projects.find(({ agent }) => agent !== "");
  if (project === undefined) {
    const settings = `${PUBLIC_URL}/projects/${projects[0].id}/settings`;
    return said(`No agent is chosen here. Choose one in [the settings](${settings}), then ask again.`);
  }
  const { number, login, comment_id } = request;
  const id = `run_${request.key}`;
  const urlOf = (run: string) => `${PUBLIC_URL}/projects/${project.id}/runs/${encodeURIComponent(run)}`;
  const current = await findRunOf(env.DB, project.id, number);
  if (current !== null && current.id !== id && !FINAL_PHASES.has(current.phase)) {
    const how = current.phase.replace("_", " ");
    const then = "`/tidegate retry` lets it try again, `/tidegate stop` ends it";
    return said(`There is [a run](${urlOf(current.id)}) here already (${how}): ${then}.`);
  }
  const place = await readIssue(varsOf(env), project, number);
  // Deleted meanwhile: there is nothing to do, and nowhere to say so.
  if (place === null) return { sign: null, words: null };
  const asked: Asked = {
    target_text: goalOf(goal, place),
    agent: project.agent,
    ...{ by: login, source: comment_id === null ? "label" : "comment", issue: number },
    ...(place.is_pull && { pr_number: number }),
  };
  const { refused } = await startRun(env, project, asked, id, causeOf(request, project));
  if (refused !== null) return said(`${refused}.`);
  const words = `Started, as ${login} asked: [follow the run](${urlOf(id)}).`;
  return { sign: "eyes", words };
}

/** Where no goal is given, the issue or pull request itself says what is wanted. */
function goalOf(goal: string, { title, body }: LiveIssue): string {
  const text = goal === "" ? `${title}\n\n${visible(body)}` : goal;
  return text.replaceAll("\0", "").trim().slice(0, MOST_GOAL_CHARACTERS).toWellFormed();
}

/** GitHub says of a comment in which second it was written. */
const SECOND_MS = 1_000;

/**
 * Another go, or an end: of the newest run here, else of the newest validation. A comment may be heard late, and what began
 * behind it is not meant.
 */
async function act(env: Env, request: Request, verb: "retry" | "stop", projects: Projects): Promise<Answer> {
  const until = (request.written_at ?? Number.POSITIVE_INFINITY) + SECOND_MS;
  const asking = { id: `comment.${request.key}.${verb}`, by: request.login };
  const cause = causeOf(request, projects[0]);
  const runs = await Promise.all(projects.map(({ id }) => findRunOf(env.DB, id, request.number)));
  const run = newest(
    runs.filter((one): one is Run => one !== null),
    until,
  );
  if (run !== undefined) {
    const does = verb === "retry" ? retryRun : stopRun;
    return answerTo(await does(env, run, asking, cause));
  }
  const lists = await Promise.all(projects.map(({ id }) => listValidations(env.DB, id, request.number)));
  const validation = newest(lists.flat(), until);
  if (validation === undefined) return said(`There is nothing here to ${verb}.`);
  const { id: validation_id, project_id } = validation;
  const type = verb === "retry" ? "retry.asked" : "cancel.asked";
  return answerTo(await told(env, project_id, { type, ...asking, validation_id }, cause));
}

function newest<T extends { created_at: number }>(all: readonly T[], until: number): T | undefined {
  const meant = all.filter(({ created_at }) => created_at < until);
  return meant.sort((one, other) => other.created_at - one.created_at)[0];
}
