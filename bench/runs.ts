/**
 * What a run adds to the gate: a goal to its merge with an agent that takes no time, against the gate's own time for
 * the very same pull request in the same run.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { RunDetail } from "../models/run.ts";
import { startMachine } from "../rehearsal/machine.ts";
import { SAMPLE } from "../rehearsal/plays.ts";
import { pinSample } from "../rehearsal/sample.ts";
import { errorsOnly } from "../rehearsal/worker.ts";
import { median } from "./median.ts";

const ROUNDS = 7;
const AGENT = `[ "$TIDEGATE_PURPOSE" = plan ] && echo "1. Note it" || date +%N > "note.txt"`;

const machine = await startMachine({ log: errorsOnly(), quiet: true });
const { api } = await machine.signIn();
const project = await pinSample(machine, api, SAMPLE);
await api.saveProject(project.id, { agent: "custom", agent_command: AGENT, auto_confirm_plans: true });

const rounds: { total: number; gate: number; plan: number; write: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const begun = Date.now();
  const { id } = await api.startRun(project.id, { target_text: `Note ${round}` });
  const run = await merged(id);
  const [plan, write] = run.turns_taken;
  const [validation] = run.validations;
  if (plan === undefined || write === undefined || validation === undefined)
    throw new Error("Cannot measure: the run left a turn or its validation out");
  const total = (run.completed_at ?? Number.NaN) - begun;
  rounds.push({
    total,
    gate: (run.completed_at ?? Number.NaN) - validation.created_at,
    plan: (plan.finished_at ?? Number.NaN) - begun,
    write: (write.finished_at ?? Number.NaN) - (plan.finished_at ?? 0),
  });
}
await machine.close();

async function merged(id: string): Promise<RunDetail> {
  for (;;) {
    const run = await api.run(id);
    if (run.phase === "completed") return run;
    if (run.phase === "needs_human" || run.phase === "failed" || run.phase === "cancelled")
      throw new Error(`Cannot measure: the run is ${run.phase}: ${run.reason?.message}`);
    await pause(50);
  }
}

const of = (key: keyof (typeof rounds)[number]) => Math.round(median(rounds.map((round) => round[key])));
console.log(
  `Goal to merge with an agent that takes no time, median of ${ROUNDS}: ${of("total")} ms; the gate's own part ${of("gate")} ms (the limit);`,
);
console.log(
  `ratio ${median(rounds.map((round) => round.total / round.gate)).toFixed(2)}. Goal to plan ${of("plan")} ms, plan to commit ${of("write")} ms.`,
);
process.exit(0);
