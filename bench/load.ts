/**
 * What a bad minute of GitHub's does: thousands of signed deliveries, out of order, doubled and replayed, of hundreds of
 * pull requests in several projects, while sockets listen. First where nothing is validated, so that the intake is what
 * is measured; then where pull requests are validated and merged. Exits 1 when something was lost or is there twice.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Delivery } from "../rehearsal/github/index.ts";
import { type Machine, startMachine } from "../rehearsal/machine.ts";
import { errorsOnly } from "../rehearsal/worker.ts";
import { type Dice, diceOf } from "../simulate/dice.ts";
import { type Args, BadArgs, readArgs, USAGE } from "./load/args.ts";
import { missedBy } from "./load/counts.ts";
import { type Listener, listenAll } from "./load/listen.ts";
import { type Burst, burst, idleProbes } from "./load/post.ts";
import { reportOf } from "./load/report.ts";
import { sendsOf } from "./load/sends.ts";
import { type Opened, openAll, openNth, type Place, placesOf, pushOn, recorded } from "./load/stage.ts";
import { waitForTheEnd } from "./load/standing.ts";
import { markdown } from "./load/table.ts";

const MOST_PLACES = 10;
/** Projects that validate, and pull requests in them: a tenth of the others. */
const MOST_GATED_PLACES = 3;
const MOST_GATED = 30;
/** Deliveries that tell of those come so often each, on average. */
const TIMES_EACH = 2;
const IDLE_PROBES = 200;

const say = (text: string) =>
  console.error(`[${(performance.now() / 1000).toFixed(0).padStart(3)} s] ${text}`);

try {
  process.exit(await main(readArgs(process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof BadArgs)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}

async function main(args: Args): Promise<number> {
  // All writes of an installation would stand in one row, a second each.
  const vars = { GITHUB_WRITES_APART_MS: "0" };
  const machine = await startMachine({ log: errorsOnly(), quiet: true, progress: say, vars });
  const clock = setInterval(() => void ring(machine).catch(() => undefined), 60_000);
  try {
    return await measure(machine, args);
  } finally {
    clearInterval(clock);
    await machine.close();
  }
}

/** Rings the Worker's clock, as Cloudflare does once a minute. */
async function ring({ worker }: Machine): Promise<void> {
  await (await worker.miniflare.getWorker("tidegate")).scheduled({ cron: "* * * * *" });
}

async function measure(machine: Machine, { deliveries, pulls, sockets, seed }: Args): Promise<number> {
  const { github } = machine;
  const { api, token } = await machine.signIn();
  const dice = diceOf(seed);
  const gatedPulls = Math.min(MOST_GATED, Math.ceil(pulls / 10));
  say("Pinning repositories ...");
  const quiet = await placesOf(github, api, "quiet", Math.min(MOST_PLACES, pulls), {
    validation_enabled: false,
  });
  const gated = await placesOf(github, api, "gated", Math.min(MOST_GATED_PLACES, gatedPulls), {
    auto_merge_enabled: true,
  });
  const places = [...quiet, ...gated];
  await waitForTheEnd(machine, [], () => undefined);
  say(`Opening ${sockets} sockets ...`);
  const listeners = await listenAll(api, token, places, sockets);
  const tell = paced();
  const told = (opened: number) => tell(`${opened} of ${pulls} pull requests are opened and pushed`);
  const first = await recorded(github, () => openAll(github, quiet, pulls, told));
  await github.settled();
  const idle = await idleProbes(addressOf(machine), IDLE_PROBES);
  say(`The burst: ${first.length} deliveries, sent ${deliveries} times ...`);
  const intake = await send(machine, first, deliveries, dice);
  await waitForTheEnd(machine, [], tell);
  say(`${gatedPulls} pull requests that are validated and merged ...`);
  const gating = await sendGated(machine, gated, gatedPulls, dice);
  await waitForTheEnd(machine, gated, tell);
  const lastSeqs = await lastSeqsOf(places, (id) => api.project(id), listeners);
  const bursts = [intake, gating];
  const notes = [
    `${pulls} pull requests in ${quiet.length} projects without validation, ${gatedPulls} in ${gated.length} with it; ${listeners.length} sockets; seed ${seed}`,
  ];
  const report = await reportOf({ machine, places, gated, bursts, idle, listeners, lastSeqs, notes });
  console.log(markdown(report));
  return report.zeros.every(({ found }) => found === 0) ? 0 : 1;
}

/** The very address that webhooks come to: another name of it would be another connection. */
function addressOf({ url }: Machine): string {
  return url.replace("//localhost", "//127.0.0.1");
}

function send(machine: Machine, deliveries: readonly Delivery[], total: number, dice: Dice): Promise<Burst> {
  const sends = sendsOf(deliveries, total, dice);
  const tell = paced();
  return burst(addressOf(machine), sends, (sent) => tell(`${sent} of ${sends.length} deliveries are sent`));
}

/** Opens pull requests, and pushes to every other one while it is validated; of that GitHub tells by itself. */
async function sendGated(
  machine: Machine,
  places: readonly Place[],
  count: number,
  dice: Dice,
): Promise<Burst> {
  const { github } = machine;
  const opened: Opened[] = [];
  const deliveries = await recorded(github, async () => {
    for (let nth = 0; nth < count; nth++) opened.push(await openNth(github, places, nth));
  });
  const sent = await send(machine, deliveries, TIMES_EACH * deliveries.length, dice);
  for (const one of opened.filter((_, nth) => nth % 2 === 1)) await pushOn(github, one);
  return sent;
}

/** The number of each project's last event, once every socket heard it or there was time enough to. */
async function lastSeqsOf(
  places: readonly Place[],
  read: (id: string) => Promise<{ seq: number }>,
  listeners: readonly Listener[],
): Promise<Map<string, number>> {
  const patience = AbortSignal.timeout(30_000);
  for (;;) {
    const numbers = await Promise.all(places.map(async ({ id }) => [id, (await read(id)).seq] as const));
    const last = new Map(numbers);
    const deaf = listeners.some(({ place, ear }) => missedBy(ear, last.get(place.id) ?? 0) > 0);
    if (!deaf || patience.aborted) return last;
    await pause(500);
  }
}

/** A progress line every few seconds. */
function paced(): (text: string) => void {
  let next = performance.now() + 5_000;
  return (text) => {
    if (performance.now() < next) return;
    next = performance.now() + 5_000;
    say(text);
  };
}
