/** Deliveries on a real D1: what was written down is worked on until it is over, and what is over stays so. */
import { expect, test } from "vitest";
import { useD1 } from "./d1.fixture.ts";
import {
  claimDelivery,
  commentHeard,
  type DeliveryRow,
  deliveryLags,
  endDelivery,
  findDelivery,
  heardTimes,
  insertDelivery,
  knownDeliveries,
  LEASE_MS,
  listDeliveries,
  namedLater,
  reclaimDeliveries,
} from "./deliveries.ts";

const stage = useD1();
let nth = 0;

/** A delivery of a repository of its own, unless it is given one. */
async function write(changes: Partial<DeliveryRow> = {}): Promise<DeliveryRow> {
  nth += 1;
  const row: DeliveryRow = {
    ...{ id: `d${nth}`, event: "pull_request", action: "opened", state: "received", reason: null },
    ...{ repo_id: 1_000 + nth, installation_id: null, pr_number: 7, head_sha: "a", comment_id: null },
    ...{ body_sha256: "x", validation_id: null, received_at: 1_000, lease_until: 2_000, ended_at: null },
    ...changes,
  };
  expect(await insertDelivery(stage.db, row)).toBe(true);
  return row;
}
const stateOf = async ({ id }: DeliveryRow) => (await findDelivery(stage.db, id))?.state;

test("one id is written down once, and the first word stays", async () => {
  const row = await write();
  expect(await insertDelivery(stage.db, { ...row, body_sha256: "forged" })).toBe(false);
  expect(await findDelivery(stage.db, row.id)).toEqual(row);
  expect(await findDelivery(stage.db, "nobody")).toBeNull();
});

test.each(["done", "ignored", "dead"] as const)("what is %s stays so, whoever takes it up", async (state) => {
  const row = await write();
  const other = await write();
  await endDelivery(stage.db, row.id, { state, reason: "why", validation_id: "v" });
  await claimDelivery(stage.db, row.id, 5_000);
  await endDelivery(stage.db, row.id, { state: state === "done" ? "dead" : "done", reason: null });
  expect(await reclaimDeliveries(stage.db, 1e15)).not.toContain(row.id);
  expect(await findDelivery(stage.db, row.id)).toMatchObject({ state, reason: "why", validation_id: "v" });
  expect((await findDelivery(stage.db, row.id))?.ended_at).toBeGreaterThan(0);
  expect(await stateOf(other)).toBe("received");
});

test("one that is worked on has a lease from then on, and may end", async () => {
  const row = await write();
  const other = await write();
  await claimDelivery(stage.db, row.id, 5_000);
  expect(await findDelivery(stage.db, row.id)).toMatchObject({ state: "processing", lease_until: 65_000 });
  expect(await findDelivery(stage.db, other.id)).toMatchObject({ state: "received", lease_until: 2_000 });
  await claimDelivery(stage.db, row.id, 6_000);
  await endDelivery(stage.db, row.id, { state: "done", reason: null });
  expect(await stateOf(row)).toBe("done");
});

test("what a dead worker left is taken up once a lease", async () => {
  const left = await write({ lease_until: 99 });
  const worked = await write({ lease_until: 99, state: "processing" });
  const fresh = await write({ lease_until: 100 });
  const ours = (ids: string[]) => ids.filter((id) => [left.id, worked.id, fresh.id].includes(id));
  expect(ours(await reclaimDeliveries(stage.db, 100)).sort()).toEqual([left.id, worked.id].sort());
  expect(ours(await reclaimDeliveries(stage.db, 100))).toEqual([]);
  expect((await findDelivery(stage.db, left.id))?.lease_until).toBe(100 + LEASE_MS);
  const again = ours(await reclaimDeliveries(stage.db, 101 + LEASE_MS));
  expect(again).toHaveLength(3);
});

test("of two who look at once one takes up what was left", async () => {
  const left = await write({ lease_until: 2 });
  const taken = await Promise.all([reclaimDeliveries(stage.db, 3), reclaimDeliveries(stage.db, 3)]);
  expect(taken.flat().filter((id) => id === left.id)).toHaveLength(1);
});

test("no more are taken up at once than asked for", async () => {
  for (let count = 0; count < 3; count++) await write({ lease_until: 1 });
  expect(await reclaimDeliveries(stage.db, 50, 2)).toHaveLength(2);
});

test("a comment was heard when another delivery of it is done, and not before", async () => {
  const first = await write({ comment_id: 5 });
  const heard = (id: string) => commentHeard(stage.db, 5, id);
  expect(await heard("other")).toBe(false);
  await endDelivery(stage.db, first.id, { state: "done", reason: null });
  expect([await heard("other"), await heard(first.id)]).toEqual([true, false]);
  expect(await commentHeard(stage.db, 6, "other")).toBe(false);
});

test.each<[string, Partial<DeliveryRow>, boolean]>([
  ["heard later", { received_at: 1_001 }, true],
  ["heard in the same moment", { received_at: 1_000 }, false],
  ["of another head", { received_at: 1_001, head_sha: "b" }, false],
  ["of another pull request", { received_at: 1_001, pr_number: 8 }, false],
  ["of another repository", { received_at: 1_001, repo_id: 1 }, false],
])("a head was named later by one that was %s: %s", async (_, changes, named) => {
  const row = await write();
  await write({ repo_id: row.repo_id, ...changes });
  expect(await namedLater(stage.db, row, "a")).toBe(named);
});

test("of a delivery of nothing in particular nothing is later", async () => {
  const row = await write({ repo_id: null });
  await write({ repo_id: null, received_at: 2_000 });
  expect(await namedLater(stage.db, row, "a")).toBe(false);
  expect(await namedLater(stage.db, { ...row, repo_id: 1, pr_number: null }, "a")).toBe(false);
});

test("which of many are known, however many are asked about", async () => {
  const rows = [await write(), await write()];
  const ids = [...rows.map(({ id }) => id), ...Array.from({ length: 200 }, (_, no) => `unknown ${no}`)];
  expect([...(await knownDeliveries(stage.db, ids))].sort()).toEqual(rows.map(({ id }) => id).sort());
  expect(await knownDeliveries(stage.db, [])).toEqual(new Set());
});

test("the newest come first, so many as are asked for, and an issue is no pull request", async () => {
  const { repo_id } = await write({ received_at: 1 });
  await write({ repo_id, received_at: 3, event: "issues" });
  await write({ repo_id, received_at: 2 });
  const listed = await listDeliveries(stage.db, repo_id ?? 0, 2);
  expect(listed.map(({ received_at, pr_number }) => [received_at, pr_number])).toEqual([
    [3, null],
    [2, 7],
  ]);
  expect(listed[0]).not.toHaveProperty("body_sha256");
});

test("when a repository was heard of: within a span before the newest, oldest first", async () => {
  const { repo_id } = await write({ received_at: 100 });
  for (const received_at of [90, 80, 79]) await write({ repo_id, received_at });
  await write({ received_at: 500 });
  expect(await heardTimes(stage.db, repo_id ?? 0, 20)).toEqual([80, 90, 100]);
  expect(await heardTimes(stage.db, 3, 20)).toEqual([]);
});

test("lags are of what ended since, and of the oldest that did not", async () => {
  const now = Date.now() + 1_000_000;
  const { waiting_ms } = await deliveryLags(stage.db, now, now);
  const oldest = await write({ received_at: now - waiting_ms - 5_000 });
  const lags = await deliveryLags(stage.db, now, now);
  expect(lags).toEqual({ ended: [], waiting_ms: waiting_ms + 5_000 });
  await endDelivery(stage.db, oldest.id, { state: "done", reason: null });
  expect((await deliveryLags(stage.db, now, now)).waiting_ms).toBe(waiting_ms);
  await write({ state: "done", received_at: now, ended_at: now + 9 });
  await write({ state: "done", received_at: now, ended_at: now + 4 });
  expect((await deliveryLags(stage.db, now, now)).ended).toEqual([4, 9]);
});
