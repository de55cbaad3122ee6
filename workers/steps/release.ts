/** Destroys the sandbox of one try; what is not there is released already. */
import { removePreviews } from "../store/previews.ts";
import { end, type Step } from "./visit.ts";

export const release: Step = async (context) => {
  await removePreviews(context.env.DB, context.sandbox.id);
  await context.sandbox.destroy();
  return end(context, "passed", null);
};
