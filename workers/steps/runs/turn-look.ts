/** Listens to the agent: what it says, what it used, how far its change has grown. */

import { most, saidReader, tallyOf } from "../../../models/read-said.ts";
import { SAID_MARK, type Said } from "../../../models/said.ts";
import type { Reason } from "../../../models/validation.ts";
import { toBase64 } from "../../base64.ts";
import type { Ear, Look } from "../../providers/agent/index.ts";
import { openSecrets } from "../../store/secrets.ts";
import { saveTurn } from "../../store/turns.ts";
import { redact } from "../redact.ts";
import { onlyTheirs } from "./only-theirs.ts";
import { cleanStreams } from "./streams.ts";
import { isLooking, type TurnWork } from "./turn-work.ts";
import { getText, runKey } from "./work.ts";
import { diffOf, statOf } from "./worktree.ts";

/** How often the diff is looked at while the agent works, in ms. */
const DIFF_EVERY_MS = 5_000;
/** Longest unfinished line that is kept for the next look, in characters. */
const MOST_TAIL = 64_000;

export type Seen = {
  end: { again_s: number } | Exclude<Look, { state: "working" }>;
  /** A limit of the run that was reached meanwhile. */
  over: Reason | null;
};

export async function lookAtAgent(work: TurnWork): Promise<Seen> {
  const { agent, known, env, turn, memo, log } = work;
  const asked = await askedOf(work);
  const remember = (next: Record<string, unknown>) => {
    known.agent = next;
    return saveTurn(env.DB, turn, { ...memo, turn: known, log_at: log.at() });
  };
  // What set-up printed in the same visit is none of the agent's.
  const from = log.heard().length;
  const look = await agent.look(asked, known.agent, earOf(work, from), remember);
  known.agent = look.memo;
  known.ref = look.ref;
  if (look.state === "working") known.pull = look.pull ?? known.pull;
  turn.web_url = look.web_url ?? turn.web_url;
  tally(work, from);
  if (look.state !== "working") return { end: look, over: null };
  const over = overBudget(work);
  if (over === null) await grow(work);
  return { end: { again_s: look.again_s }, over };
}

/** The turn as its vendor is asked for it. */
async function askedOf({ run, turn, known, env, vars, project, started_at }: TurnWork) {
  const prompt = await getText(env, runKey(run.id, `${turn.nth}.prompt.md`));
  const secrets = await openSecrets(env.DB, vars.SECRETS_KEY, project.id, "agent");
  return {
    turn: turn.id,
    purpose: turn.purpose,
    prompt: prompt ?? run.target_text,
    images: await dataUris(env, run.id, run.images),
    full_name: project.full_name,
    ref: run.vendor_ref,
    env: {
      ...secrets,
      TIDEGATE: "1",
      TIDEGATE_ENVIRONMENT: vars.ENVIRONMENT,
      TIDEGATE_PURPOSE: turn.purpose,
      TIDEGATE_GOAL: run.target_text,
      TIDEGATE_ATTEMPT: String(run.attempts),
    },
    timeout_ms: known.timeout_ms ?? 60_000,
    began_at: known.agent_at ?? started_at,
  };
}

async function dataUris(env: Env, runId: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const kept = await env.ARTIFACTS.get(runKey(runId, `images/${name}`));
      if (kept === null) return null;
      const type = kept.httpMetadata?.contentType ?? "image/png";
      return `data:${type};base64,${toBase64(new Uint8Array(await kept.arrayBuffer()))}`;
    }),
  );
  return found.filter((one) => one !== null);
}

function earOf({ known, log }: TurnWork, from: number): Ear {
  const add = (output: string, last: boolean, within: boolean) => {
    const { text, begun } = cleanStreams(log.forms, output, { begun: known.begun, last, within });
    known.begun = begun;
    return log.add(text, last);
  };
  return {
    output(text, last) {
      const said = known.tail + log.heard().slice(from);
      const within = said !== "" && !said.endsWith("\n");
      return add(onlyTheirs(text, last, within), last, within);
    },
    async items(said) {
      await add(said.map((one) => `${SAID_MARK}${JSON.stringify(one)}\n`).join(""), true, false);
    },
  };
}

/** Adds what was heard in this look to what the turn used, which never becomes less. */
function tally({ known, log, turn }: TurnWork, from: number): void {
  const text = known.tail + log.heard().slice(from);
  const end = text.lastIndexOf("\n") + 1;
  known.tail = text.slice(end).slice(-MOST_TAIL);
  const used = tallyOf(saidReader(turn.format).read(text.slice(0, end), true));
  known.cost_usd = most(known.cost_usd, used.cost_usd);
  known.tokens = most(known.tokens, used.tokens);
}

/** The cost limit in the middle of a turn; time is the program's own deadline. */
function overBudget({ run, known }: TurnWork): Reason | null {
  const { max_cost_usd } = run.limits;
  if (max_cost_usd === null || known.cost_usd === null) return null;
  const cost = (run.spent.cost_usd ?? 0) - run.cost_from + known.cost_usd;
  if (cost < max_cost_usd) return null;
  return {
    code: "cost_limit",
    message: `The run's $${max_cost_usd} are used up ($${cost.toFixed(2)}): the agent was stopped, its diff is kept`,
  };
}

/** Says by how much the working copy differs by now, when that has changed. */
async function grow(work: TurnWork): Promise<void> {
  const { known, sandbox, log, turn } = work;
  if (known.since === null || turn.purpose === "plan" || Date.now() < known.looked_at + DIFF_EVERY_MS) return;
  if (!isLooking(known)) known.looks += 1;
  known.looked_at = 0;
  const stat = await statOf(sandbox, `git.stat.${known.looks}`, known.since);
  known.looked_at = Date.now();
  // In the middle of one of the agent's lines a line of ours would break both.
  if (stat === null || known.tail !== "" || JSON.stringify(stat) === JSON.stringify(known.stat)) return;
  await putDiff(work, `git.diff.${known.looks}`);
  known.stat = stat;
  const grown: Said = { kind: "diff", ...stat };
  await log.say(`${SAID_MARK}${JSON.stringify(grown)}`);
}

/** Keeps the diff as it is now, for people: without the project's secrets. */
export async function putDiff({ sandbox, known, env, run, turn, log }: TurnWork, key: string): Promise<void> {
  if (known.since === null) return;
  const diff = redact(log.forms, await diffOf(sandbox, key, known.since), true).clean;
  await env.ARTIFACTS.put(runKey(run.id, `${turn.nth}.diff`), diff, {
    httpMetadata: { contentType: "text/plain; charset=utf-8" },
  });
}
