/** The report of what failed, kept between its diagnosis and the turn that mends it. */
import { z } from "zod";
import type { Run } from "../../../models/run.ts";
import { runKey } from "./work.ts";

const About = z.object({ validation_id: z.string(), screenshots: z.array(z.string()) });
export type ReportText = z.infer<typeof About> & { text: string };

/** The newest diagnosis of a run counts its steps: a turn that is begun anew finds the same. */
function keyOf({ id, steps }: Pick<Run, "id" | "steps">): string {
  return runKey(id, `report.${steps}.json`);
}

export async function keepReport(env: Env, run: Run, report: ReportText): Promise<void> {
  await env.ARTIFACTS.put(keyOf(run), JSON.stringify(report));
}

/** Null when nothing was diagnosed just before. */
export async function readReport(env: Env, run: Run): Promise<ReportText | null> {
  const kept = await env.ARTIFACTS.get(keyOf(run));
  return kept === null ? null : About.extend({ text: z.string() }).parse(await kept.json());
}
