/** How a run works: its brain answers at once, and those who look see it happen little by little. */
import { type Asked, type LogEntry, nextId, type Run, type World } from "./nouns.ts";

/** Codegen's clients know the one, its documents show the other; runs speak them in turn. */
const WORDS = {
  clients: {
    begun: "ACTIVE",
    working: "RUNNING",
    done: "COMPLETE",
    cancelled: "CANCELLED",
    stopped: "STOPPED",
  },
  documents: {
    begun: "queued",
    working: "in_progress",
    done: "completed",
    cancelled: "cancelled",
    stopped: "stopped",
  },
} as const;

export const wordsOf = ({ dialect }: Run) => WORDS[dialect];

/** Writes down a run that was not asked anything yet. */
export function addRun(world: World, organization: number, known: Partial<Run>): Run {
  const run: Run = {
    id: nextId(world),
    organization,
    repository: null,
    user: world.user,
    source: "API",
    dialect: world.runs.length % 2 === 0 ? "clients" : "documents",
    model: null,
    metadata: null,
    createdAt: world.now(),
    asked: [],
    working: false,
    status: "COMPLETE",
    looks: 0,
    outcome: null,
    log: [],
    result: null,
    pulls: [],
    banned: false,
    ...known,
  };
  world.runs.push(run);
  return run;
}

/** Sets a run to work on what it is asked. */
export function begin(world: World, run: Run, { prompt, images }: Pick<Asked, "prompt" | "images">): void {
  const resumed = run.asked.length > 0;
  const asked: Asked = { runId: run.id, prompt, images, resumed, repository: run.repository };
  run.asked.push(asked);
  run.working = true;
  run.status = wordsOf(run).begun;
  run.looks = 0;
  run.outcome = null;
  write(world, run, { message_type: "USER_MESSAGE", observation: prompt });
  const work = think(world, run, asked).finally(() => world.background.delete(work));
  world.background.add(work);
}

async function think(world: World, run: Run, asked: Asked): Promise<void> {
  const outcome = await world.brain(asked).catch((error: unknown) => {
    const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.log(`rehearsal codegen: the brain of run ${run.id} crashed: ${story}`);
    return { fail: "ERROR" };
  });
  // Stopped and perhaps resumed meanwhile: this is the answer to a question that nobody asks any more.
  if (run.working && run.asked.at(-1) === asked) run.outcome = outcome;
}

/** One look: a run at work says one thing more, and ends when it was looked at often enough. */
export function look(world: World, run: Run): void {
  if (!run.working) return;
  run.looks += 1;
  run.status = wordsOf(run).working;
  const { outcome } = run;
  if (outcome === null) return;
  if (run.looks > world.knobs.looks && !world.knobs.endless) finish(world, run, outcome);
  else if ("log" in outcome) {
    const [next, ...log] = outcome.log;
    if (next !== undefined) write(world, run, next);
    run.outcome = { ...outcome, log };
  }
}

function finish(world: World, run: Run, outcome: NonNullable<Run["outcome"]>): void {
  run.working = false;
  run.outcome = null;
  if ("fail" in outcome) {
    run.status = outcome.fail;
    write(world, run, { message_type: "ERROR", observation: `The agent ended: ${outcome.fail}` });
    return;
  }
  run.status = outcome.status ?? wordsOf(run).done;
  run.result = outcome.result;
  for (const entry of outcome.log) write(world, run, entry);
  write(world, run, { message_type: "FINAL_ANSWER", observation: outcome.result });
  const { pull } = outcome;
  // Pushing to the branch of a pull request that is there does not open another.
  if (pull === undefined || run.pulls.some(({ url }) => url === pull.url)) return;
  run.pulls.push({ id: nextId(world), created_at: new Date(world.now()).toISOString(), ...pull });
}

/** Ends a run that is at work; what its brain says afterwards is not heard. */
export function end(run: Run, status: string): void {
  if (!run.working) return;
  run.working = false;
  run.status = status;
  run.outcome = null;
}

function write(world: World, run: Run, entry: LogEntry): void {
  run.log.push({ ...entry, created_at: new Date(world.now()).toISOString() });
}
