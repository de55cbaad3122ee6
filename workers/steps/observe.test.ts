/** What a look tells the project, and what it does not. */
import { expect, test, vi } from "vitest";
import { pullAt } from "../project/decide.fixture.ts";
import { observe } from "./observe.ts";

const found = vi.hoisted(() => ({
  ...{ findProject: vi.fn(), projectsOfRepo: vi.fn(), readPull: vi.fn(), varsOf: vi.fn() },
  ...{ findDelivery: vi.fn(), claimDelivery: vi.fn(), endDelivery: vi.fn(), namedLater: vi.fn() },
}));
vi.mock("../store/deliveries.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/projects.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../vars.ts", () => found);

const REPO_ID = 1;

/** Looks at #7 and says what was told and what was ordered. */
async function seen(base_repo_id: number) {
  const told: object[] = [];
  const ordered: object[] = [];
  const object = {
    tell: async (_: string, fact: object) => {
      told.push(fact);
      return { changed: false, validation_id: null };
    },
  };
  const env = {
    PROJECT: { idFromName: () => "id", get: () => object },
    HINTS: { sendBatch: async (batch: { body: object }[]) => ordered.push(...batch.map(({ body }) => body)) },
  };
  const project = { id: "shop", repo_id: REPO_ID, full_name: "shop/shop", installation_id: 3 };
  found.findProject.mockResolvedValue({ ...project, disconnected: null });
  found.readPull.mockResolvedValue({ ...pullAt({ base_repo_id }), mergeable: null, merge_commit_sha: null });
  const order = {
    kind: "observe",
    id: "clock.1",
    delivery_id: null,
    project_id: "shop",
    pr_number: 7,
  } as const;
  await observe(env as unknown as Env, order);
  return { told, ordered };
}

test("a look is told", async () => {
  const { told, ordered } = await seen(REPO_ID);
  expect(told).toMatchObject([{ type: "pull.observed", pull: { number: 7 } }]);
  expect(ordered).toEqual([]);
});

test("what another repository shows under the old name is not told, and ours is looked for", async () => {
  const { told, ordered } = await seen(REPO_ID + 1);
  expect(told).toEqual([]);
  expect(ordered).toMatchObject([{ kind: "reconcile", of: "project", project_id: "shop" }]);
});

const TOLD_AT = 5_000;
/** Whether a delivery is looked into once more when the pull request is as it was at `updated_at`. */
async function lookedAgain(updated_at: number | null, told_at: number | undefined) {
  const again: object[] = [];
  const object = { tell: async () => ({ changed: false, validation_id: null }) };
  const env = {
    PROJECT: { idFromName: () => "id", get: () => object },
    HINTS: { send: async (order: object) => again.push(order) },
  };
  const pull = pullAt({ base_repo_id: REPO_ID, updated_at });
  const delivery = { id: "d1", event: "pull_request", action: "ready_for_review", state: "received" };
  const about = { repo_id: REPO_ID, pr_number: 7, head_sha: pull.head_sha, comment_id: null };
  found.findDelivery.mockResolvedValue({ ...delivery, ...about, installation_id: null });
  found.projectsOfRepo.mockResolvedValue([{ id: "shop", repo_id: REPO_ID, disconnected: null }]);
  found.readPull.mockResolvedValue({ ...pull, mergeable: null, merge_commit_sha: null });
  const order = { kind: "observe", id: "delivery.d1", delivery_id: "d1", project_id: null } as const;
  await observe(env as unknown as Env, {
    ...order,
    pr_number: null,
    ...(told_at !== undefined && { told_at }),
  });
  return again;
}

test("GitHub tells that a draft is ready and still shows the draft, of the same head: it is looked at again", async () => {
  expect(await lookedAgain(TOLD_AT - 1_000, TOLD_AT)).toMatchObject([
    { delivery_id: "d1", told_at: TOLD_AT, again: { nth: 1 } },
  ]);
});

test.each([
  ["of the moment that was told of", TOLD_AT, TOLD_AT],
  ["of a later moment", TOLD_AT + 1_000, TOLD_AT],
  ["of a moment that is not known", null, TOLD_AT],
  ["where no moment was told of", 1, undefined],
])("a read %s is believed", async (_, shown, told) => {
  expect(await lookedAgain(shown, told)).toEqual([]);
});
