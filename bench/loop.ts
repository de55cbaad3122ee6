/**
 * How much time Tidegate adds: a good pull request of the sample from its webhook to its merge, against the limit
 * in the same run, which is the time its own commands and user flows take.
 */
import { act } from "../rehearsal/act.ts";
import { startMachine } from "../rehearsal/machine.ts";
import { PLAYS, SAMPLE } from "../rehearsal/plays.ts";
import { pinSample } from "../rehearsal/sample.ts";
import { errorsOnly } from "../rehearsal/worker.ts";
import { median } from "./median.ts";

const ROUNDS = 7;

const machine = await startMachine({ log: errorsOnly() });
const { api } = await machine.signIn();
const project = await pinSample(machine, api, SAMPLE);
const good = PLAYS[0];
if (good === undefined) throw new Error("Cannot measure: there is no play");

const rounds: { total: number; own: number; queued: number; browser: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const files = { [`note-${round}.txt`]: String(round), ...(round === 0 ? good.files : {}) };
  const played = await act(machine, api, project, { ...good, branch: `good-${round}`, files });
  if (played.wrong.length > 0) throw new Error(`Cannot measure: ${played.wrong.join("; ")}`);
  const [validation] = played.validations;
  const steps = validation?.steps ?? [];
  const opened = machine.github.deliveries.find((one) => one.guid === validation?.delivery_id);
  const begun = opened?.deliveredAt ?? Number.NaN;
  const ended = Math.max(
    ...steps.filter((step) => step.kind === "merge").map((step) => step.finished_at ?? 0),
  );
  const commands = steps.flatMap((step) => step.evidence?.commands ?? []).map((one) => one.duration_ms);
  const flows = steps.flatMap((step) => step.evidence?.flows ?? []).map((one) => one.duration_ms);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const browse = steps.find((step) => step.kind === "browse");
  rounds.push({
    total: ended - begun,
    own: sum(commands) + sum(flows),
    queued: (steps.find((step) => step.kind === "report")?.finished_at ?? 0) - begun,
    browser: (browse?.evidence?.duration_ms ?? 0) - sum(flows),
  });
}
await machine.close();

const of = (key: keyof (typeof rounds)[number]) => Math.round(median(rounds.map((round) => round[key])));
console.log(
  `Webhook to merge, median of ${ROUNDS}: ${of("total")} ms; its own commands and flows ${of("own")} ms (the limit);`,
);
console.log(
  `ratio ${median(rounds.map((round) => round.total / round.own)).toFixed(2)}. Of the rest, starting app and browser: ${of("browser")} ms.`,
);
console.log(`Webhook to check run on GitHub, median: ${of("queued")} ms`);
process.exit(0);
