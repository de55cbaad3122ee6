/** Builds the Worker and the dashboard once for all files of the project "app". */
import { build } from "../rehearsal/worker.ts";

export default async function setup(): Promise<void> {
  if (process.env.TIDEGATE_SKIP_BUILD === undefined) await build();
}
