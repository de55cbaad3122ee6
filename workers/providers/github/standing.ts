/** Where repositories are now, by their ids: names and owners change hands, installations come and go. */
import { z } from "zod";
import type { Reason } from "../../../models/validation.ts";
import type { Vars } from "../../vars.ts";
import { octokitOf, orNull } from "./client.ts";
import type { FoundRepository } from "./repositories.ts";

const Installation = z.object({ id: z.number().int(), suspended_at: z.string().nullish() });
const Found = z.object({
  id: z.number().int(),
  full_name: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  html_url: z.string(),
});

/** A repository that we are let into, or why we are not. */
export type Standing = { repository: FoundRepository } | { away: Reason };

/** Asks where a repository is, whatever its name was, and whether we are let in. */
export async function standingOf(vars: Vars, repoId: number): Promise<Standing> {
  const installation = vars.GITHUB_TOKEN === null ? await installationOn(vars, repoId) : null;
  if (installation !== null && "away" in installation) return installation;
  const id = installation?.id ?? null;
  const answer = await orNull(
    octokitOf(vars, id).request("GET /repositories/{repository_id}", { repository_id: repoId }),
  );
  if (answer === null)
    return away("repository_gone", "GitHub no longer knows the repository, or no longer shows it");
  const { id: repo_id, ...repository } = Found.parse(answer.data);
  return { repository: { repo_id, ...repository, installation_id: id } };
}

async function installationOn(vars: Vars, repoId: number): Promise<{ id: number } | { away: Reason }> {
  const answer = await orNull(
    octokitOf(vars, null).request("GET /repositories/{repository_id}/installation", {
      repository_id: repoId,
    }),
  );
  if (answer === null)
    return away("not_installed", "The GitHub App is not installed on the repository any more");
  const { id, suspended_at } = Installation.parse(answer.data);
  if (suspended_at != null)
    return away("installation_suspended", "The installation of the GitHub App is suspended");
  return { id };
}

const away = (code: string, message: string) => ({ away: { code, message } });

/** Installations through which we are let in now. Asked as the App itself. */
export async function liveInstallations(vars: Vars): Promise<Set<number>> {
  const live = new Set<number>();
  for (let page = 1; ; page++) {
    const { data } = await octokitOf(vars, null).request("GET /app/installations", { per_page: 100, page });
    for (const { id, suspended_at } of z.array(Installation).parse(data))
      if (suspended_at == null) live.add(id);
    if (data.length < 100) return live;
  }
}
