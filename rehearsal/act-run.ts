/** Plays one run on a machine, from its goal to its end, and collects the chain of evidence that it leaves. */
import { setTimeout as pause } from "node:timers/promises";
import type { Api } from "../clients/api.ts";
import { FINAL_PHASES, type RunDetail } from "../models/run.ts";
import { TERMINAL_STATES, type ValidationDetail } from "../models/validation.ts";
import { isAncestor, mergesOf } from "./act.ts";
import type { Machine } from "./machine.ts";
import type { RunPlay } from "./plays-runs.ts";

export type PlayedRun = {
  run: RunDetail;
  /** Oldest first. */
  validations: ValidationDetail[];
  merges: { sha: string; status: number }[];
  /** What its agent committed, oldest first. */
  commits: string[];
  /** Our check runs on these commits, in their order. */
  checks: { sha: string; conclusion: string | null }[];
  /** What we wrote on its pull request. */
  comments: string[];
  landed: boolean;
  wrong: string[];
};

type Stage = { machine: Machine; api: Api; project: { id: string; full_name: string } };

/** Longest a play may take, in ms: a run may be validated several times. */
const PATIENCE_MS = 15 * 60_000;
/** Longest that what follows an end may take: a comment, a check run. In ms. */
const AFTERMATH_MS = 60_000;

/** Plays it to its end. */
export async function actRun(stage: Stage, play: RunPlay): Promise<PlayedRun> {
  const { api } = stage;
  const id = play.comment === undefined ? await start(stage, play) : await comment(stage, play, play.comment);
  const edited = play.edit === undefined ? [] : await edit(stage, id, play.edit);
  const pushed = play.push === undefined ? null : await takeOver(stage, id, play.push);
  await until(api, id, isOver);
  const deadline = Date.now() + AFTERMATH_MS;
  for (;;) {
    const played = await collect(stage, id);
    const wrong = [
      ...edited,
      ...differences(play, played),
      ...(await afterwards(stage, play, played, pushed)),
    ];
    if (wrong.length === 0 || Date.now() > deadline) return { ...played, wrong };
    await pause(200);
  }
}

/** @returns the id of the run */
async function start(stage: Stage, { goal, agent, edit, adopts }: RunPlay): Promise<string> {
  const { api, project } = stage;
  const { id } = await api.startRun(project.id, {
    target_text: goal,
    auto_confirm: edit === undefined,
    ...(agent !== undefined && { agent }),
    ...(adopts !== undefined && { pr_number: await openBroken(stage, adopts) }),
  });
  return id;
}

async function openBroken({ machine: { github }, project }: Stage, adopts: RunPlay["adopts"] & object) {
  const { branch, title, files } = adopts;
  await github.pushCommit(project.full_name, branch, files, title);
  return (await github.openPull(project.full_name, { head: branch, title })).number;
}

/** Somebody with the right to write says it on an issue. */
async function comment({ machine, api, project }: Stage, { goal }: RunPlay, text: string): Promise<string> {
  const { github } = machine;
  const { number } = await github.openIssue(project.full_name, { title: goal });
  github.comment(project.full_name, number, text);
  const deadline = Date.now() + AFTERMATH_MS;
  for (;;) {
    const run = (await api.runs(project.id)).find(({ issue }) => issue === number);
    if (run !== undefined) return run.id;
    if (Date.now() > deadline) throw new Error(`Cannot wait longer for a run of "${text}" on #${number}`);
    await pause(200);
  }
}

/** Changes the plan as a person would, sees that nothing was written before, and confirms what came of it. */
async function edit({ api }: Stage, id: string, changes: [string, string][]): Promise<string[]> {
  const waiting = await until(api, id, ({ phase }) => phase === "awaiting_confirmation");
  const { version = 0, text = "" } = waiting.plans.at(-1) ?? {};
  const missing = changes
    .filter(([from]) => !text.includes(from))
    .map(([from]) => `the plan does not say ${from}`);
  const early = waiting.heads.length > 0 ? ["something was written before the plan was confirmed"] : [];
  const now = changes.reduce((so, [from, to]) => so.replace(from, to), text);
  await api.answerPlan(id, { answer: "edit", version, text: now });
  await api.answerPlan(id, { answer: "confirm", version: version + 1 });
  return [...missing, ...early];
}

/** Pushes to the run's branch as a person would. @returns the commit */
async function takeOver(
  { machine, api, project }: Stage,
  id: string,
  push: RunPlay["push"] & object,
): Promise<string> {
  const { branch } = await until(api, id, ({ phase }) => phase === push.during);
  if (branch === null) throw new Error(`Cannot take over: the run has no branch while ${push.during}`);
  return machine.github.pushCommit(project.full_name, branch, push.files, push.message);
}

/** Nothing happens any more by itself. */
function isOver({ phase, status, current, validations }: RunDetail): boolean {
  const atRest = validations.every(
    ({ state, reporting, merge_state }) =>
      TERMINAL_STATES.has(state) && reporting === null && merge_state !== "pending",
  );
  const waits = phase === "validating" && status === "waiting_for_input";
  return (FINAL_PHASES.has(phase) || phase === "needs_human" || waits) && current === null && atRest;
}

async function until(api: Api, id: string, there: (run: RunDetail) => boolean): Promise<RunDetail> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const run = await api.run(id);
    if (there(run)) return run;
    if (Date.now() > deadline || (isOver(run) && run.phase !== "awaiting_confirmation" && !there(run)))
      throw new Error(`Cannot wait longer for run ${id}: it is ${run.phase}, ${JSON.stringify(run.reason)}`);
    await pause(100);
  }
}

async function collect({ machine, api, project }: Stage, id: string): Promise<Omit<PlayedRun, "wrong">> {
  const { github } = machine;
  const name = project.full_name;
  const run = await api.run(id);
  const validations = await Promise.all(run.validations.map((one) => api.validation(one.id)));
  const repository = github.repository(name);
  const ours = repository.checks.filter(({ app }) => app.id === github.app.id);
  const commits = [...new Set([...run.turns_taken.map(({ commit_sha }) => commit_sha), ...run.heads])];
  const made = commits.filter((sha) => sha !== null);
  const said = run.pr_number === null ? [] : github.issue(name, run.pr_number).comments;
  return {
    run,
    validations: validations.toReversed(),
    merges: run.pr_number === null ? [] : mergesOf(machine, run.pr_number),
    commits: made,
    checks: made.flatMap((sha) =>
      ours.filter(({ headSha }) => headSha === sha).map(({ conclusion }) => ({ sha, conclusion })),
    ),
    // How the pull request stands is said beside it, in a comment of its own.
    comments: said
      .filter(({ app, body }) => app?.id === github.app.id && body.startsWith("<!-- tidegate:run:"))
      .map(({ body }) => body),
    landed: made.length > 0 && (await isAncestor(machine, name, made.at(-1) ?? "")),
  };
}

function differences({ expect }: RunPlay, played: Omit<PlayedRun, "wrong">): string[] {
  const { run, validations, merges, checks, comments, commits, landed } = played;
  const wrong: string[] = [];
  const say = (what: string, is: unknown, should: unknown) =>
    is === should || wrong.push(`${what} is ${is}, expected ${should}`);
  say("phase", run.phase, expect.phase);
  say("reason", run.reason?.code, expect.reason);
  say("repairs", run.attempts, expect.attempts);
  say("plan carried out", run.plan_version, expect.plan_version);
  say("comments", comments.length, expect.comments);
  if (expect.validations !== null)
    say("validations", validations.map(({ state }) => state).join(), expect.validations.join());
  if (expect.check !== undefined) say("last check run", checks.at(-1)?.conclusion, expect.check);
  const merged = expect.phase === "completed";
  say("on the base branch", landed, merged);
  if (!merged) say("merge requests", merges.length, 0);
  if (merges.some(({ sha }) => sha !== commits.at(-1))) wrong.push("a merge was requested for another head");
  return wrong;
}

/** What git holds: on the base branch, and on a branch that somebody took over. */
async function afterwards(
  { machine, project }: Stage,
  { expect }: RunPlay,
  { run }: Omit<PlayedRun, "wrong">,
  pushed: string | null,
): Promise<string[]> {
  const name = project.full_name;
  const wrong: string[] = [];
  for (const [path, shows] of Object.entries(expect.landed)) {
    const text = await machine.github.git(name, "show", `HEAD:${path}`);
    if (!shows.test(text)) wrong.push(`${path} on the base branch does not show ${shows}`);
  }
  if (pushed !== null && run.branch !== null && (await machine.github.head(name, run.branch)) !== pushed)
    wrong.push("the branch does not end with what somebody pushed");
  return wrong;
}
