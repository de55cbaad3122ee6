/** Repositories that Tidegate may look after. */
import type { Vars } from "../../vars.ts";
import { clientOf, octokitOf, orNull, type Repo } from "./client.ts";
import { wasNotAsked } from "./not-asked.ts";

export type FoundRepository = {
  repo_id: number;
  full_name: string;
  default_branch: string;
  private: boolean;
  html_url: string;
  installation_id: number | null;
};

type Answer = {
  id: number | bigint;
  full_name: string;
  default_branch: string;
  private: boolean;
  html_url: string;
};

const found = (data: Answer, installation_id: number | null): FoundRepository => ({
  repo_id: Number(data.id),
  full_name: data.full_name,
  default_branch: data.default_branch,
  private: data.private,
  html_url: data.html_url,
  installation_id,
});

/** A repository by its name, with the installation that lets us in; null when there is none. */
export async function findRepository(vars: Vars, fullName: string): Promise<FoundRepository | null> {
  const installation_id = await installationOf(vars, fullName);
  if (installation_id === null && vars.GITHUB_TOKEN === null) return null;
  const repo: Repo = { full_name: fullName, installation_id };
  const { octokit, at } = await clientOf(vars, repo);
  const answer = await orNull(octokit.request("GET /repos/{owner}/{repo}", at));
  return answer === null ? null : found(answer.data, installation_id);
}

/** The branch that is the default one now; null when GitHub knows no such repository. */
export async function defaultBranchOf(vars: Vars, repo: Repo): Promise<string | null> {
  const { octokit, at } = await clientOf(vars, repo);
  return (await orNull(octokit.request("GET /repos/{owner}/{repo}", at)))?.data.default_branch ?? null;
}

async function installationOf(vars: Vars, fullName: string): Promise<number | null> {
  if (vars.GITHUB_TOKEN !== null) return null;
  const [owner = "", repo = ""] = fullName.split("/");
  const octokit = octokitOf(vars, null);
  const answer = await orNull(octokit.request("GET /repos/{owner}/{repo}/installation", { owner, repo }));
  return answer?.data.id ?? null;
}

/** Every repository we are let into, for the project selector: the first 300. */
export async function listRepositories(vars: Vars): Promise<FoundRepository[]> {
  const octokit = octokitOf(vars, null);
  if (vars.GITHUB_TOKEN !== null) {
    const { data } = await octokit.request("GET /user/repos", { per_page: 100, sort: "pushed" });
    return data.map((repository) => found(repository, null));
  }
  const { data: installations } = await octokit.request("GET /app/installations", { per_page: 100 });
  const live = installations.filter((installation) => installation.suspended_at === null);
  return (await Promise.all(live.map(({ id }) => listInstalled(vars, id)))).flat().slice(0, 300);
}

async function listInstalled(vars: Vars, id: number): Promise<FoundRepository[]> {
  try {
    const octokit = octokitOf(vars, id);
    const { data } = await octokit.request("GET /installation/repositories", { per_page: 100 });
    return data.repositories.map((repository) => found(repository, id));
  } catch (error) {
    // One installation that may not be asked now takes nothing from the others.
    if (wasNotAsked(error)) return [];
    throw error;
  }
}
