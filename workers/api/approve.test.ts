/** An approval is given to what was read. */
import { expect, test, vi } from "vitest";
import { held } from "../project/decide.fixture.ts";
import { problem } from "./app.ts";
import { validation } from "./validation.ts";

const found = vi.hoisted(() => ({ findValidation: vi.fn(), findLiveProject: async () => ({ id: "shop" }) }));
vi.mock("../store/validations.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/projects.ts", async (original) => ({ ...(await original<object>()), ...found }));
validation.onError(problem);

/** Approves what is held, and says the answer and how often the project was told. */
async function approved(body: object | null): Promise<[status: number, told: number]> {
  const { project, id } = held();
  found.findValidation.mockResolvedValue(project.validation(id));
  let told = 0;
  const tell = async () => {
    told += 1;
    return { refused: null };
  };
  const env = { PROJECT: { idFromName: () => "id", get: () => ({ tell }) } };
  const headers = { "content-type": "application/json" };
  const sent = body === null ? {} : { headers, body: JSON.stringify(body) };
  const answer = await validation.request(
    `/api/v1/validation/${id}/approve`,
    { method: "POST", ...sent },
    env,
  );
  return [answer.status, told];
}

test.each<[string, object | null, [number, number]]>([
  ["what is asked", { seen: "The risk is high" }, [200, 1]],
  ["that its code may run, an hour ago", { seen: "The commit comes from a fork" }, [409, 0]],
  ["nothing that is named", null, [200, 1]],
])("of %s", async (_, body, expected) => {
  expect(await approved(body)).toEqual(expected);
});
