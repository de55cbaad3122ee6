/** The prompt of a run that is not begun: made as the first turn's is, from what is there now. */
import type { PromptPreview, Run } from "../../../models/run.ts";
import { AppError } from "../../errors.ts";
import { commitOf } from "../../providers/github/index.ts";
import { sandboxOf } from "../../providers/sandbox/index.ts";
import type { StoredProject } from "../../store/projects.ts";
import { varsOf } from "../../vars.ts";
import type { Work } from "../visit.ts";
import { composePrompt, sourcesOf } from "./prompt.ts";
import { partsOf, tokensOf } from "./prompt-parts.ts";
import { secretInGoal } from "./told-secret.ts";

export async function previewOf(env: Env, project: StoredProject, run: Run): Promise<PromptPreview> {
  const { full_name, installation_id, default_branch: base } = project;
  const told = await secretInGoal(env, project.id, run);
  if (told !== null) throw new AppError("invalid", `Cannot compose the prompt: ${told}`);
  const work: Work = {
    ...{ env, vars: varsOf(env), project, repo: { full_name, installation_id } },
    ...{ id: run.id, subject: run.id, memo: {}, started_at: run.created_at },
    sandbox: sandboxOf(env, run.id),
  };
  const sha = await commitOf(work.vars, work.repo, base);
  if (sha === null)
    throw new AppError("conflict", `Cannot compose the prompt: ${full_name} has no branch ${base}`);
  const parts = await partsOf(work, {
    ...{ run, purpose: "plan", report: null, images: run.images },
    start: { sha, base, base_sha: sha },
    here: run.agent !== "codegen",
  });
  const prompt = composePrompt(parts);
  return { prompt, tokens: tokensOf(prompt), sources: sourcesOf(parts) };
}
