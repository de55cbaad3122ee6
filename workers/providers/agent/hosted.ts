/** The vendor `codegen` as the contract has it: begun or resumed once, polled with back-off, ended by our own deadline. */
import { z } from "zod";
import {
  backoff,
  banRun,
  type CodegenAccess,
  CodegenError,
  type CodegenRun,
  findRun,
  pullOf,
  readLogs,
  readRun,
  resumeRun,
  startRun,
  stateOf,
  unbanRun,
} from "./codegen.ts";
import type { Agent, Asked, Ear, End, Look, Remember, VendorMemo } from "./contract.ts";

const Memo = z.object({
  /** We are about to begin it: after a crash it may be there already. */
  beginning: z.boolean().default(false),
  run: z.number().int().nullable().default(null),
  looks: z.number().int().default(0),
  logs: z.number().int().default(0),
  /** How many entries its log had when this turn resumed it. */
  resumed_at: z.number().int().nullable().default(null),
  /** Looks in a row that got no answer. */
  misses: z.number().int().default(0),
});
type Memo = z.infer<typeof Memo>;

/** Looks without an answer after which it is the machinery's failure. */
const MOST_MISSES = 10;
/** Pages of the log that one look reads. */
const MOST_PAGES = 5;

export function hostedAgent(access: CodegenAccess): Agent {
  return {
    name: "Codegen",
    format: "text",
    here: false,
    async look(asked, before, ear, remember) {
      const memo = Memo.parse(before);
      try {
        return await lookAt(access, asked, memo, ear, remember);
      } catch (error) {
        if (!(error instanceof CodegenError)) throw error;
        return missed(asked, memo, error);
      }
    },
    async stop({ turn, ref }, before) {
      const { run, beginning } = Memo.parse(before);
      const id = run ?? (ref === null ? null : Number(ref));
      if (id !== null) return banRun(access, id);
      if (!beginning) return;
      const found = await findRun(access, turn);
      // The request that begins it may still be on its way.
      if (found === null)
        throw new CodegenError("retry", null, `Cannot stop the Codegen run of ${turn}: it is not there`);
      await banRun(access, found.id);
    },
  };
}

async function lookAt(
  access: CodegenAccess,
  asked: Asked,
  memo: Memo,
  ear: Ear,
  remember: Remember,
): Promise<Look> {
  const id = memo.run ?? (await begin(access, asked, memo, remember));
  const run = await readRun(access, id);
  const logs = await hear(access, id, memo.logs, ear);
  const next: Memo = { ...memo, run: id, logs, looks: memo.looks + 1, misses: 0 };
  const known = { memo: next as VendorMemo, ref: String(id), web_url: run.web_url };
  const state = stateOf(run.status);
  const over = Date.now() > asked.began_at + asked.timeout_ms;
  // A run that was resumed shows its old end until it begins again.
  const stale = memo.resumed_at !== null && logs <= memo.resumed_at && memo.looks < 3;
  if (!stale && state !== "working") return { ...known, ...ended(run, state, asked) };
  const pull = pullOf(run, asked.full_name);
  // It writes although a plan was asked for: what it pushes on must not get ahead of the person who is to confirm it.
  if (pull !== null && asked.purpose === "plan") return { ...known, state: "done", answer: null, pull };
  const linked = pull === null ? {} : { pull: pull.number };
  if (!over) return { ...known, ...linked, state: "working", again_s: backoff(memo.looks) };
  await banRun(access, id);
  const minutes = Math.round(asked.timeout_ms / 60_000);
  const message = `Codegen did not end within ${minutes} minutes (its last word was "${run.status ?? "none"}") and was stopped`;
  return { ...known, state: "timed_out", reason: { code: "turn_timeout", message } };
}

/** Begins the run, or goes on with the one of the turn before; what a crash left begun is found. */
async function begin(access: CodegenAccess, asked: Asked, memo: Memo, remember: Remember): Promise<number> {
  const { prompt, images, turn, ref } = asked;
  if (ref !== null) {
    const id = Number(ref);
    const { next } = await lastOf(access, id, memo.logs);
    if (memo.beginning && (await goesOn(access, id, next > memo.logs))) return id;
    Object.assign(memo, { beginning: true, logs: next, resumed_at: next } satisfies Partial<Memo>);
    await remember(memo);
    // A turn before may have been stopped by us.
    await unbanRun(access, id);
    await resumeRun(access, { id, prompt, images });
    return id;
  }
  const found = memo.beginning ? await findRun(access, turn) : null;
  if (found !== null) return found.id;
  memo.beginning = true;
  await remember(memo);
  return (await startRun(access, { prompt, images, turn })).id;
}

/** Whether a request to resume a run took effect, although nobody heard its answer. */
async function goesOn(access: CodegenAccess, id: number, said: boolean): Promise<boolean> {
  return said || stateOf((await readRun(access, id)).status) === "working";
}

/** The end of a log: what was said in earlier turns is not told again. */
async function lastOf(access: CodegenAccess, id: number, from: number): Promise<{ next: number }> {
  for (let skip = from; ; ) {
    const { next, more } = await readLogs(access, id, skip);
    if (!more) return { next };
    skip = next;
  }
}

async function hear(access: CodegenAccess, id: number, from: number, ear: Ear): Promise<number> {
  let at = from;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { said, next, more } = await readLogs(access, id, at);
    await ear.items(said);
    at = next;
    if (!more) break;
  }
  return at;
}

type State = Exclude<ReturnType<typeof stateOf>, "working">;

function ended(run: CodegenRun, state: State, { full_name }: Asked): End {
  switch (state) {
    case "done":
    // It waits for an answer: a plan is one; what else it may want only a person can give.
    case "paused":
      return { state: "done", answer: run.result ?? run.summary, pull: pullOf(run, full_name) };
    case "failed":
    case "stopped": {
      const said = run.result ? `: ${run.result.slice(0, 300)}` : "";
      const message = `Codegen ended as ${run.status ?? "nothing it names"}${said}`;
      return { state: "failed", reason: { code: "agent_failed", message } };
    }
  }
}

/** An answer that did not come, or was a refusal. */
function missed(asked: Asked, memo: Memo, error: CodegenError): Look {
  const misses = memo.misses + 1;
  const next = { ...memo, misses };
  const known = {
    memo: next as VendorMemo,
    ref: memo.run === null ? asked.ref : String(memo.run),
    web_url: null,
  };
  if (error.kind === "final")
    return { ...known, state: "failed", reason: { code: "agent_failed", message: error.message } };
  if (misses < MOST_MISSES) return { ...known, state: "working", again_s: backoff(misses, error) };
  return { ...known, state: "errored", reason: { code: "agent_unreachable", message: error.message } };
}
