/** What our check of a pull request is called now. */
import { checkName, defaultBranchOf } from "../providers/github/index.ts";
import type { Work } from "./visit.ts";

/**
 * The name of our check of pull requests into a base. The short one is given only to the branch that was the default one
 * when the project was pinned and still is: after a rename anybody may make a branch of the old name.
 */
export async function ownCheckName(
  { vars, repo, project }: Pick<Work, "vars" | "repo" | "project">,
  base: string,
): Promise<string> {
  const pinned = project.pinned_branch ?? project.default_branch;
  const sure = base === pinned && (await defaultBranchOf(vars, repo)) === pinned;
  return checkName(base, sure ? pinned : null, project.check_scope);
}
