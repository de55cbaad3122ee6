/** What a person may do about a run now, and where. */
import type { RunDetail } from "../../../models/run.ts";
import { planWords } from "../../text/run.ts";
import { latestOf } from "./follow.ts";

/** Where a run is shown. */
export const pageOf = (origin: string, { project_id, id }: Pick<RunDetail, "project_id" | "id">): string =>
  `${origin}/projects/${encodeURIComponent(project_id)}/runs/${encodeURIComponent(id)}`;

/** Where its newest validation is shown, and its merge approved. */
function gatePageOf(origin: string, run: RunDetail): string {
  const latest = latestOf(run);
  if (latest === undefined) return pageOf(origin, run);
  const { project_id, pr_number, id } = latest;
  return `${origin}/projects/${encodeURIComponent(project_id)}/pulls/${pr_number}?v=${encodeURIComponent(id)}`;
}

/** The next step, with the commands for it. */
export function nextFor(run: RunDetail, origin: string): string {
  const page = pageOf(origin, run);
  if (run.phase === "awaiting_confirmation") return `${planWords(run.id)}; or ${page}`;
  if (run.phase === "needs_human") return decisionFor(run, origin);
  const hold = run.phase === "validating" ? (latestOf(run)?.hold ?? null) : null;
  if (hold !== null) return `Decide about its merge: ${hold.message}. ${gatePageOf(origin, run)}`;
  return page;
}

function decisionFor(run: RunDetail, origin: string): string {
  const { id, reason, branch } = run;
  const stop = `tidegate runs stop ${id}`;
  if (reason?.code === "merge_held")
    return `Look at the change and approve its merge: ${gatePageOf(origin, run)}; or end the run with ${stop}`;
  if (reason?.code === "merge_blocked")
    return `Once what keeps it is gone, tidegate runs retry ${id} validates it anew; a conflict is mended by pushing to ${branch ?? "its branch"}; end it with ${stop}; or ${pageOf(origin, run)}`;
  return `Go on with tidegate runs retry ${id}, end it with ${stop}; or ${pageOf(origin, run)}`;
}
