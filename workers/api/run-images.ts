/** Pictures that belong to a goal. */
import { AppError } from "../errors.ts";
import { runKey } from "../steps/runs/work.ts";
import { part } from "./app.ts";
import { keptAnswer } from "./kept.ts";
import { needRun } from "./runs.ts";

export const runImages = part();

runImages.get("/api/v1/runs/:id/images/:name", async (c) => {
  const run = await needRun(c.env, c.req.param("id"));
  const name = c.req.param("name");
  const object = run.images.includes(name)
    ? await c.env.ARTIFACTS.get(runKey(run.id, `images/${name}`))
    : null;
  if (object === null) throw new AppError("not_found", `Cannot find picture "${name}" of "${run.id}"`);
  return keptAnswer(object);
});
