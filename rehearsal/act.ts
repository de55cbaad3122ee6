/** Plays one pull request on a machine and collects the chain of evidence that it leaves. */
import { setTimeout as pause } from "node:timers/promises";
import type { Api } from "../clients/api.ts";
import type { StepRecord } from "../models/step.ts";
import { TERMINAL_STATES, type Validation, type ValidationDetail } from "../models/validation.ts";
import type { Machine } from "./machine.ts";
import type { Play } from "./plays.ts";

export type Played = {
  play: Play;
  pull: number;
  head: string;
  deliveries: string[];
  validations: ValidationDetail[];
  /** Requests to merge this pull request that GitHub heard, each with the sha it carried. */
  merges: { sha: string; status: number }[];
  /** Whether the base branch holds the head, read from git itself. */
  landed: boolean;
  /** What differs from what the play expects; empty when all is well. */
  wrong: string[];
};

/** Longest a play may take, in ms. */
const PATIENCE_MS = 180_000;

/** Plays it to its end. */
export async function act(
  machine: Machine,
  api: Api,
  project: { id: string; full_name: string },
  play: Play,
): Promise<Played> {
  const { github } = machine;
  const repo = project.full_name as `${string}/${string}`;
  let head = await github.pushCommit(repo, play.branch, play.files, play.title);
  const { number } = await github.openPull(repo, { head: play.branch, title: play.title });
  if (play.later) {
    await until(api, project.id, number, (all) => all[0]?.state === "running");
    head = await github.pushCommit(repo, play.branch, play.later.files, play.later.message);
  }
  await until(api, project.id, number, (all) => all[0]?.head_sha === head && settled(all[0]));
  const early = play.decide === undefined ? [] : await decide(machine, api, project, { play, number });
  const { validations } = await api.pull(project.id, number);
  const details = await Promise.all(validations.map((validation) => api.validation(validation.id)));
  const merges = mergesOf(machine, number);
  const landed = await isAncestor(machine, repo, head);
  const deliveries = github.deliveries
    .filter((one) => one.event === "pull_request" && numberIn(one.request.payload) === number)
    .map((one) => one.guid);
  const played = { play, pull: number, head, deliveries, validations: details, merges, landed };
  return { ...played, wrong: [...early, ...(await differences(api, played))] };
}

/** Requests to merge a pull request that GitHub heard. */
export function mergesOf({ github }: Machine, number: number): Played["merges"] {
  return github.requests
    .filter((seen) => seen.method === "PUT" && seen.path.endsWith(`/pulls/${number}/merge`))
    .map((seen) => ({ sha: shaIn(seen.body), status: seen.status ?? 0 }));
}

/** Sees that nothing was merged while a person is waited for, decides, and waits for the merge. */
async function decide(
  machine: Machine,
  api: Api,
  project: { id: string; full_name: string },
  { play, number }: { play: Play; number: number },
): Promise<string[]> {
  const held = (await api.pull(project.id, number)).validations[0];
  const asked = machine.github.requests.some(
    (seen) => seen.method === "PUT" && seen.path.endsWith(`/pulls/${number}/merge`),
  );
  const wrong = asked ? ["a merge was requested before the decision"] : [];
  if (held === undefined || held.hold?.code !== play.decide)
    return [...wrong, `it is held by ${held?.hold?.code}, expected ${play.decide}`];
  await api.approve(held.id);
  await until(
    api,
    project.id,
    number,
    (all) => all[0] !== undefined && all[0].approved_by !== null && settled(all[0]),
  );
  return wrong;
}

/** A validation is settled when it ended and nothing of its merge is still to come. */
function settled(validation: Validation): boolean {
  return (
    TERMINAL_STATES.has(validation.state) &&
    validation.merge_state !== "pending" &&
    validation.reporting === null
  );
}

async function until(
  api: Api,
  id: string,
  number: number,
  there: (all: Validation[]) => boolean,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const pull = await api.pull(id, number).catch(() => null);
    if (pull !== null && there(pull.validations)) return;
    if (Date.now() > deadline) {
      const states = pull?.validations.map(
        (one) => `${one.id} ${one.state} ${one.current?.kind ?? ""} merge ${one.merge_state}`,
      );
      throw new Error(
        `Cannot wait longer for pull request ${number}: ${states?.join(", ") ?? "it was never seen"}`,
      );
    }
    await pause(100);
  }
}

async function differences(api: Api, played: Omit<Played, "wrong">): Promise<string[]> {
  const { play, validations, merges, head, landed } = played;
  const [latest, ...older] = validations;
  const { expect } = play;
  const wrong: string[] = [];
  const say = (what: string, is: unknown, should: unknown) =>
    is === should || wrong.push(`${what} is ${is}, expected ${should}`);
  say("state", latest?.state, expect.state);
  say("merge", latest?.merge_state, expect.merge);
  if (expect.reason) say("reason", latest?.reason?.code, expect.reason);
  say("on the base branch", landed, expect.merge === "merged");
  if (expect.merge === "none") say("merge requests", merges.length, 0);
  if (merges.some((merge) => merge.sha !== head)) wrong.push("a merge was requested for another head");
  if (play.later) say("state of the old head", older[0]?.state, "superseded");
  const step = latest?.steps.find((one) => one.kind === expect.step);
  if (expect.step && (step === undefined || step.state === "passed"))
    wrong.push(`step ${expect.step} did not find it`);
  if (expect.shows && latest && step && !expect.shows.test(await everythingOf(api, latest, step))) {
    wrong.push(`step ${expect.step} does not show ${expect.shows}`);
  }
  if (expect.step === "browse" && !step?.evidence?.flows?.some((flow) => flow.screenshots.length > 0))
    wrong.push("no screenshot was kept");
  return wrong;
}

/** Reason, evidence and log of a step, as one text. */
async function everythingOf(api: Api, validation: Validation, step: StepRecord): Promise<string> {
  let text = `${step.reason}\n${JSON.stringify(step.evidence)}\n`;
  for (let from = 0, end = false; !end; ) {
    const piece = await api.log(step.id, validation.id, from);
    text += piece.text;
    end = piece.end || piece.next === from;
    from = piece.next;
  }
  return text;
}

/** Whether the base branch holds a commit, read from git itself. */
export async function isAncestor({ github }: Machine, repo: string, head: string): Promise<boolean> {
  try {
    await github.git(repo, "merge-base", "--is-ancestor", head, "HEAD");
    return true;
  } catch {
    return false;
  }
}

function shaIn(body: unknown): string {
  const sha = typeof body === "object" && body !== null ? Reflect.get(body, "sha") : undefined;
  return typeof sha === "string" ? sha : "(none)";
}

function numberIn(payload: unknown): unknown {
  return typeof payload === "object" && payload !== null ? Reflect.get(payload, "number") : undefined;
}
