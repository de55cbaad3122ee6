/** Builds the Worker and the dashboard once for all files of the project "app". */
import { BUILT, build } from "../rehearsal/worker.ts";

export default async function setup(): Promise<void> {
  await build(BUILT);
}
