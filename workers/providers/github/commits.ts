/** Commits by their names. */
import type { Vars } from "../../vars.ts";
import { clientOf, type Repo, statusOf } from "./client.ts";

/** The commit that a branch, a tag or a sha names; null when GitHub knows none. */
export async function commitOf(vars: Vars, repo: Repo, ref: string): Promise<string | null> {
  const { octokit, at } = await clientOf(vars, repo);
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", { ...at, ref });
    return data.sha;
  } catch (error) {
    const status = statusOf(error);
    // An empty repository is a conflict to GitHub, a name that is none cannot be processed.
    if (status === 404 || status === 409 || status === 422) return null;
    throw error;
  }
}
