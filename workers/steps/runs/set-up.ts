/** Sets a working copy up as the gate would, so that the agent can run what will judge it. */
import { SAID_MARK } from "../../../models/said.ts";
import { TURN_GRACE_MS } from "../../project/run-clock.ts";
import { openSecrets } from "../../store/secrets.ts";
import { runCommands } from "../commands.ts";
import { readPlan } from "../plan.ts";
import type { Looked, TurnWork } from "./turn-work.ts";
import { beginWorktree, markSetUp } from "./worktree.ts";

/** The least time that an agent gets, in ms, however long its set-up took. */
const LEAST_MS = 30_000;

/** Runs the set-up commands over as many looks as it takes; their failure stops nobody. */
export async function setUp(work: TurnWork): Promise<Looked | "ready"> {
  const { known, agent, log, turn, sandbox } = work;
  if (agent.here) {
    await beginWorktree(sandbox);
    // Who only reads needs no packages.
    const unfinished = turn.purpose === "plan" ? false : await runSetUp(work);
    if (unfinished) return { again_s: 0 };
    known.since = await markSetUp(sandbox);
  }
  await log.say(`${SAID_MARK}${JSON.stringify({ kind: "begin", agent: agent.name })}`);
  known.stage = "agent";
  known.agent_at = Date.now();
  // Said once: the host counts from the start of the program, whatever later looks say.
  known.timeout_ms = Math.max(LEAST_MS, deadlineOf(work) - known.agent_at);
  return "ready";
}

/** The project hears only after the first look how long the turn lay in a queue. */
function deadlineOf({ run: { current }, started_at }: TurnWork): number {
  if (current === null) return 0;
  return current.deadline_at + Math.max(0, started_at - current.began_at) - TURN_GRACE_MS;
}

/** @returns true while a command still runs */
async function runSetUp(work: TurnWork): Promise<boolean> {
  const { known, log, env, vars, project } = work;
  const gate = await readPlan(work, known.start?.base_sha ?? "HEAD");
  if ("reason" in gate || gate.plan.setup === "none") return false;
  const { setup, setup_timeout_ms: timeout_ms } = gate.plan;
  // Not the agent's own keys: commands of the repository have no use for them.
  const secrets = await openSecrets(env.DB, vars.SECRETS_KEY, project.id, "validation");
  const how = { env: { ...secrets, TIDEGATE: "1" }, timeout_ms, network: "open" as const };
  const ran = await runCommands(work, { name: "setup", run: setup, ...how, cwd: gate.plan.path }, log);
  if ("memo" in ran) return true;
  if (ran.failure !== null)
    await log.say(`# set-up failed, the agent works without it: ${ran.failure.reason.message}`);
  return false;
}
