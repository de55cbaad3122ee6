/** What a look tells the project, and what it does not. */
import { expect, test, vi } from "vitest";
import { pullAt } from "../project/decide.fixture.ts";
import { observe } from "./observe.ts";

const found = vi.hoisted(() => ({ findProject: vi.fn(), readPull: vi.fn(), varsOf: vi.fn() }));
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
