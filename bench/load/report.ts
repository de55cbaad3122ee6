/** What is to be said of a burst when it is over. */
import { availableParallelism, cpus } from "node:os";
import type { Delivery, Repository } from "../../rehearsal/github/index.ts";
import type { Machine } from "../../rehearsal/machine.ts";
import { differingOf, lostOf, missedBy, spreadOf, surplusOf } from "./counts.ts";
import type { Listener } from "./listen.ts";
import type { Answer, Burst } from "./post.ts";
import type { Place } from "./stage.ts";
import {
  deliveriesIn,
  headOf,
  livePulls,
  pullsIn,
  reconciledIn,
  unvalidated,
  validationsIn,
} from "./standing.ts";
import type { Report, Time, Zero } from "./table.ts";

export type Ended = {
  machine: Machine;
  places: Place[];
  /** Those that validate and merge. */
  gated: Place[];
  bursts: Burst[];
  idle: number[];
  listeners: Listener[];
  /** Of each project by its id: the number of its last event. */
  lastSeqs: Map<string, number>;
  notes: string[];
};

export async function reportOf(ended: Ended): Promise<Report> {
  return {
    machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}; workerd, GitHub, the senders and all sockets share them`,
    times: await timesOf(ended),
    zeros: [...(await lossesOf(ended)), ...missesOf(ended), ...(await twiceOf(ended))],
    notes: [...ended.notes, ...(await fatesOf(ended))],
  };
}

async function timesOf({ machine, places, bursts, idle }: Ended): Promise<Time[]> {
  const answers = bursts.flatMap((burst) => burst.answers);
  const acknowledged = spreadOf(answers.map(({ ms }) => ms));
  const probes = spreadOf(bursts.flatMap((burst) => burst.probes));
  const heads = new Set(livePulls(machine.github, places).map(({ head_sha }) => head_sha));
  const rows = new Map((await deliveriesIn(machine)).map((row) => [row.id, row]));
  const lags = (some: readonly Answer[]) =>
    spreadOf(
      some.flatMap(({ send }) => {
        const row = rows.get(send.guid);
        return row === undefined || row.ended_at === null ? [] : [row.ended_at - row.received_at];
      }),
    );
  const queued = answers.filter(({ queued }) => queued);
  const isOld = ({ send }: Answer) => {
    const named = headIn(send.delivery);
    return named !== null && !heads.has(named);
  };
  return [
    { what: "`GET /health`, nothing else to do", spread: spreadOf(idle) },
    { what: "`GET /health` between the deliveries", spread: probes, ratio: 1 },
    {
      what: "a delivery, until it is acknowledged",
      spread: acknowledged,
      ratio: acknowledged.median / probes.median,
    },
    { what: "received to looked into", spread: lags(queued.filter((one) => !isOld(one))) },
    { what: "the same, of those that name a head of before", spread: lags(queued.filter(isOld)) },
  ];
}

/** The head that a delivery names; null: it is of no pull request. */
function headIn({ request }: Delivery): string | null {
  const pull = request.payload.pull_request as { head: { sha: string } } | undefined;
  return pull?.head.sha ?? null;
}

async function lossesOf({ machine, places, gated, bursts }: Ended): Promise<Zero[]> {
  const answers = bursts.flatMap((burst) => burst.answers);
  const refused = answers.filter(({ status }) => status !== 202 && status !== 200);
  const byGitHub = machine.github.deliveries.filter(({ status }) => status === "OK").map(({ guid }) => guid);
  const accepted = answers.filter(({ status }) => status === 202).map(({ send }) => send.guid);
  const all = new Set([...accepted, ...byGitHub]);
  const lost = lostOf(all, await deliveriesIn(machine));
  const live = livePulls(machine.github, places);
  const differing = differingOf(live, await pullsIn(machine));
  const begun = await unvalidated(machine, gated);
  return [
    {
      ...{ what: "deliveries that were not acknowledged in 10 s", found: refused.length, of: answers.length },
      which: refused.map(({ status, send }) => `${status} ${send.delivery.event}`),
    },
    { what: "accepted deliveries that were lost", found: lost.length, of: all.size, which: lost },
    {
      ...{ what: "pull requests that are stored otherwise than GitHub has them", found: differing.length },
      ...{ of: live.length, which: differing },
    },
    {
      ...{ what: "pull requests whose validation is not over", found: begun.length },
      ...{ of: livePulls(machine.github, gated).length, which: begun },
    },
  ];
}

function missesOf({ listeners, lastSeqs }: Ended): Zero[] {
  const sum = (values: number[]) => values.reduce((one, other) => one + other, 0);
  const missed = listeners.map(({ place, ear }) => missedBy(ear, lastSeqs.get(place.id) ?? 0));
  const heard = sum(listeners.map(({ ear }) => ear.heard));
  const again = sum(listeners.map(({ ear }) => ear.again));
  return [
    { what: "events that a socket missed", found: sum(missed), of: heard + sum(missed) },
    { what: "events that a socket heard twice", found: again, of: heard },
  ];
}

async function twiceOf({ machine, places }: Ended): Promise<Zero[]> {
  const { github } = machine;
  const repositories = places.map(({ full_name }) => github.repository(full_name));
  const lists: [string, string[]][] = [
    ["validations of a head that has one", (await validationsIn(machine)).map(headOf)],
    ["check runs of an id that has one", repositories.flatMap((one) => checksOf(one, github.app.id))],
    [
      "comments on a pull request that has one",
      repositories.flatMap((one) => commentsOf(one, github.app.id)),
    ],
  ];
  return lists.map(([what, names]) => {
    const which = surplusOf(names);
    return { what, found: which.length, of: names.length, which };
  });
}

const checksOf = ({ checks }: Repository, app: number): string[] =>
  checks.filter((run) => run.app.id === app).map(({ externalId }) => externalId);

/** The pull request of each of our comments. */
const commentsOf = ({ id, issues }: Repository, app: number): string[] =>
  [...issues.values()].flatMap(({ number, comments }) =>
    comments.filter((comment) => comment.app?.id === app).map(() => `${id}#${number}`),
  );

async function fatesOf({ machine, gated, bursts }: Ended): Promise<string[]> {
  const answers = bursts.flatMap((burst) => burst.answers);
  const took_s = bursts.reduce((sum, { took_ms }) => sum + took_ms, 0) / 1_000;
  const live = livePulls(machine.github, gated);
  const states = Map.groupBy(await validationsIn(machine), ({ state }) => state);
  const told = [...states].map(([state, all]) => `${all.length} ${state}`).join(", ");
  const as = (what: string) => answers.filter(({ send }) => send.as === what).length;
  return [
    `${answers.length} deliveries in ${took_s.toFixed(1)} s (${Math.round(answers.length / took_s)} a second): ${as("duplicate")} again with the same GUID, ${as("replay")} with a fresh one`,
    `Validations: ${told || "none"}; ${live.filter(({ merged }) => merged).length} of ${live.length} of these pull requests are merged`,
    `The clock rang once a minute; its comparison with GitHub found ${await reconciledIn(machine)} pull requests before a delivery did`,
    "A delivery that names a head of before is looked into again for up to 30 s, unless a later one told of the head that is shown",
  ];
}
