/** Tells people on the pull request or the issue how a run stands: in one comment, which is kept up to date. */

import { log } from "../../log.ts";
import { GitHubRefusal, upsertComment } from "../../providers/github/index.ts";
import { knownValues } from "../../store/secrets.ts";
import { listTurns } from "../../store/turns.ts";
import { listValidations } from "../../store/validations.ts";
import { formsOf, redact } from "../redact.ts";
import { gateUrl, runUrl } from "./push.ts";
import { summaryOf } from "./summary-text.ts";
import type { RunStep } from "./work.ts";

export const summarize: RunStep = async (work) => {
  const { run, env, vars, repo, project } = work;
  const number = run.pr_number ?? run.issue;
  if (number === null) return null;
  const [turns, validations, secrets] = await Promise.all([
    listTurns(env.DB, run.id),
    run.pr_number === null ? [] : listValidations(env.DB, project.id, run.pr_number),
    knownValues(env.DB, vars.SECRETS_KEY, project.id),
  ]);
  const text = summaryOf(run, turns, validations, runUrl(work), gateUrl(work));
  const body = redact(formsOf(secrets), text, true).clean;
  try {
    await upsertComment(vars, repo, { number, marker: `<!-- tidegate:run:${run.id} -->`, body });
  } catch (error) {
    // A comment that may not be written is not worth a run: the check run and the dashboard say the same.
    if (!(error instanceof GitHubRefusal)) throw error;
    log("summary.refused", { run_id: run.id, error: error.message });
  }
  return null;
};
