/** Which project is meant: by its id or name, by the folder's remotes, or because there is only one. */
import type { ProjectCard } from "../../../models/api.ts";
import type { Api } from "../../api.ts";
import { Failure } from "../failure.ts";
import { gitLine } from "../files/git.ts";
import { type Terminal, terminalFor } from "../terminal.ts";
import { asking, type Server, serverOf } from "./server.ts";

/** @throws {Failure} when none is meant, or several may be */
export async function projectOf(api: Api, asked: string | undefined, folder: string): Promise<ProjectCard> {
  const all = await api.projects();
  if (asked !== undefined) return named(all, asked);
  const remotes = repositoriesIn((await gitLine(folder, "remote", "-v")) ?? "");
  const here = all.filter(({ full_name }) => remotes.has(full_name.toLowerCase()));
  const [only, ...others] = here.length > 0 ? here : all;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined)
    throw new Failure("not_found", "There is no project yet: pin a repository on the dashboard.");
  throw new Failure("usage", `Say which project with --project:\n${listed(here.length > 0 ? here : all)}`);
}

/** What a command of a project is given. */
export interface OfProject extends Server {
  project: string | undefined;
}

/** Runs a command on the project that is meant; a refusal of the server ends it as any other's. */
export function inProject(
  args: OfProject,
  work: (api: Api, id: string, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { api, origin } = serverOf(args);
  return asking(origin, async () => {
    const { id } = await projectOf(api, args.project, process.cwd());
    await work(api, id, terminalFor(args));
  });
}

function named(all: readonly ProjectCard[], asked: string): ProjectCard {
  const wanted = asked.toLowerCase();
  const found =
    all.find(({ id }) => id === asked) ??
    all.find(({ full_name, name }) => full_name.toLowerCase() === wanted || name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new Failure("not_found", `Cannot find project "${asked}". There are:\n${listed(all)}`);
}

/** `owner/name` of every remote, whether it is an address or `git@host:owner/name.git`. */
export function repositoriesIn(remotes: string): Set<string> {
  const found = remotes.matchAll(/[/:]([^/:\s]+\/[^/:\s]+?)(?:\.git)?\/? \((?:fetch|push)\)/g);
  return new Set([...found].map(([, name = ""]) => name.toLowerCase()));
}

const listed = (all: readonly ProjectCard[]): string =>
  all.map(({ id, full_name }) => `  ${id}  ${full_name}`).join("\n");
