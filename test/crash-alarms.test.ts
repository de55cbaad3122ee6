/** The project's alarm: what it owes is paid although D1, the queues or the whole machine were away, and sockets come back. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { useTapped } from "./crash.ts";
import { expectOnce, factsOf } from "./crash-facts.ts";
import { eventually, open, ourChecks, type Project, project, settled, validationWhere } from "./machine.ts";
import { connect, type Socket } from "./socket.ts";

const stage = useTapped();
afterEach(() => {
  stage.app.github.faults.clear();
  stage.tap.failing = () => false;
});

const CONFIG = { ".tidegate.yml": "setup: none\ntest: sh test.sh\nanalyze: { enabled: false }\n" };
/** How often what is owed cannot be paid. */
const OFTEN = 4;

/** Lets an effect fail from now on. @returns how often it did */
function fail(effect: string): () => number {
  let times = 0;
  stage.tap.failing = (one) => {
    if (one === effect) times += 1;
    return one === effect;
  };
  return () => times;
}

async function failed(times: () => number): Promise<void> {
  await eventually("it to fail often", () => (times() >= OFTEN ? true : null));
}

test.each(["d1 insert validations", "d1 insert audit", "send merge"])(
  "%s fails again and again: the alarm comes back until it is paid, and nobody else has to",
  async (effect) => {
    const { app, tap } = stage;
    const one = await project(app, effect.replaceAll(" ", "-"), CONFIG);
    const times = fail(effect);
    const opened = await open(app, one, "change");
    await failed(times);
    tap.failing = () => false;
    await settled(app, one, opened.number);
    await eventually("the queues", () => (tap.queues.pending.length === 0 ? true : null));
    const facts = await factsOf(app, one, opened);
    expectOnce(facts, facts);
  },
);

test("one pull request's look at the clock survives another's unpaid order, and a machine that stood still", async () => {
  const { app, tap } = stage;
  const one = await project(app, "two-alarms", CONFIG);
  const ci = app.github.createApp("ci");
  app.github.install(one.full_name, ci);
  const checks = [{ context: "ci", appId: ci.id }];
  app.github.protect(one.full_name, "main", { checks: { strict: false, checks }, enforceAdmins: true });
  const waiting = await open(app, one, "waiting");
  await validationWhere(app, one, waiting.number, ({ merge_state }) => merge_state === "blocked");
  const times = fail("send snapshot");
  const owed = await open(app, one, "owed");
  await failed(times);
  // Both alarms lie in the past when somebody switches it on again.
  tap.queues.stop();
  await app.worker.close();
  tap.failing = () => false;
  app.github.faults.addHook({ act: "lose" });
  for (const { head } of [waiting, owed]) app.github.check(one.full_name, head, "ci", "success", ci);
  await pause(5_000);
  await tap.crash();
  for (const { number, head } of [owed, waiting]) {
    await eventually(
      `the merge of ${number}`,
      async () =>
        (await app.api.pull(one.id, number)).validations[0]?.merge_state === "merged" ? true : null,
      150_000,
    );
    await settled(app, one, number);
    expect(ourChecks(app, one, head).map(({ conclusion }) => conclusion)).toEqual(["success"]);
  }
});

const numbers = (socket: Socket) => socket.events().map(({ seq }) => seq);

/** The number of the last event, once nothing more is to come of a pull request. */
async function lastOf(one: Project, number: number): Promise<number> {
  await settled(stage.app, one, number);
  await eventually("the queues", () => (stage.tap.queues.pending.length === 0 ? true : null));
  return (await stage.app.api.project(one.id)).seq;
}

/** A socket has heard every event from one to another, once and in order. */
async function expectHeard(socket: Socket, from: number, to: number): Promise<void> {
  await eventually(`event ${to}`, () => (numbers(socket).includes(to) ? true : null));
  const heard = numbers(socket).filter((seq) => seq >= from && seq <= to);
  expect(heard).toEqual(Array.from({ length: to - from + 1 }, (_, nth) => from + nth));
}

test("three sockets: the object sleeps under them, wakes, dies; each is asked anew who it is, and hears all once", async () => {
  const { app, tap } = stage;
  const one = await project(app, "sockets", CONFIG);
  const [left, stays] = await Promise.all([app.signIn(), app.signIn()]);
  const clients = [app, { ...app, token: stays.token }, { ...app, token: left.token }];
  const sockets = await Promise.all(clients.map((client) => connect(client, one.id)));
  const [hello] = sockets[0]?.frames ?? [];
  const begin = hello?.frame === "hello" ? hello.seq : 0;
  // Longer than an object without work stays in memory.
  await pause(12_000);
  const middle = await lastOf(one, (await open(app, one, "asleep")).number);
  for (const socket of sockets) await expectHeard(socket, begin + 1, middle);
  await tap.crash();
  for (const socket of sockets) await eventually("the close", () => socket.closed);
  await left.api.signOut();
  const end = await lastOf(one, (await open(app, one, "awake")).number);
  for (const client of clients.slice(0, 2)) {
    const again = await connect(client, one.id, middle);
    await expectHeard(again, middle + 1, end);
    await again.close();
  }
  const headers = { authorization: `Bearer ${left.token}` };
  expect((await fetch(app.api.liveUrl(one.id, middle).replace(/^ws/, "http"), { headers })).status).toBe(401);
});
