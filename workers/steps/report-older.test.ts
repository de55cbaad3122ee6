/** What the check run or status of an older attempt may still say: GitHub goes by the newest of a name on a commit. */
import { expect, test, vi } from "vitest";
import type { Validation } from "../../models/validation.ts";
import { pull } from "../../pages/nouns.fixture.ts";
import { A, B, merging } from "../project/decide.fixture.ts";
import { report } from "./report.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findStanding: vi.fn(),
  listSteps: async () => [],
  ownCheckName: async () => "tidegate",
  attestationLine: async () => null,
  writeCheck: vi.fn(),
  takeLane: async () => true,
  freeLane: async () => undefined,
}));
vi.mock("../store/standing.ts", () => found);
vi.mock("../store/steps.ts", () => found);
vi.mock("../store/lanes.ts", () => found);
vi.mock("./own-check.ts", () => found);
vi.mock("./attest.ts", () => found);
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...found }));

/** Conclusions that are written for an older attempt while a newer one is there. */
async function written(older: Partial<Validation>, newer: Partial<Validation>, token: string | null) {
  const { project, id } = merging();
  const validation = { ...project.validation(id), ...older };
  const newest = { ...project.validation(id), id: "newer", attempt: 2, ...newer };
  found.findStanding.mockResolvedValue({ newest, run: null, pull: pull({ validation_id: newest.id }) });
  found.writeCheck.mockReset();
  const vars = { GITHUB_TOKEN: token, PUBLIC_URL: "https://tidegate.test" };
  const context = { vars, validation, project: { id: "shop" }, env: {}, repo: {}, started_at: 0 };
  await report(context as unknown as Context);
  return found.writeCheck.mock.calls.map(([, , { conclusion }]) => conclusion);
}

const PASSED = { state: "passed", head_sha: A } as const;
const FAILED = { state: "failed", head_sha: A } as const;
const OVER = {
  state: "superseded",
  head_sha: A,
  reason: { code: "superseded", message: `It is ${B}` },
} as const;

test.each([
  ["no status over that of the newer one", PASSED, FAILED, "token", []],
  ["no check run that would be newer than the newer one's", PASSED, FAILED, null, []],
  ["its own check run, where it has one", { ...PASSED, check_run_id: 5 }, FAILED, null, ["success"]],
  ["the status of a head that nobody validates any more", OVER, { head_sha: B }, "token", ["cancelled"]],
  ["what it is under the name of another base", PASSED, { ...FAILED, base_ref: "dev" }, "token", ["success"]],
] as const)("it writes %s", async (_, older, newer, token, conclusions) => {
  expect(await written(older, newer, token)).toEqual(conclusions);
});
