/** How a project hears that a step of a run ended. */
import type { RunOutcome } from "../../../models/fact.ts";
import type { RunOrder } from "../../../models/step.ts";
import { projectOf } from "../../project/index.ts";

/** Tells the project how a step of a run ended. */
export async function tellRunEnd(env: Env, order: RunOrder, outcome: RunOutcome): Promise<void> {
  const { run_id, kind, nth, project_id } = order;
  const id = `${run_id}.${kind}.${nth}.ended`;
  await projectOf(env, project_id).tell(project_id, {
    ...{ type: "run.step.ended", id, run_id, kind, nth, outcome },
  });
}
