/** What happens at a key of `npm start`: the next pull request, the next goal, and the next goal said on an issue. */
import type { Api } from "../clients/api.ts";
import type { Project } from "../models/project.ts";
import { EXAMPLES } from "./agent/index.ts";
import type { Machine } from "./machine.ts";
import type { Play } from "./plays.ts";

/** Those that are repaired first. */
export const GOALS = [
  EXAMPLES.left,
  EXAMPLES.today,
  EXAMPLES.clear,
  EXAMPLES.never,
  EXAMPLES.mistake,
  EXAMPLES.nothing,
];

type Scene = { machine: Machine; api: Api; project: Project; say: (line: string) => void };

/** @param person whose login speaks on the rehearsal GitHub */
export function keysFor(
  { machine, api, project, say }: Scene,
  person: string,
  plays: Play[],
  goals: string[],
): Record<string, () => Promise<void>> {
  const { github, url } = machine;
  const nextGoal = () => {
    const goal = goals.shift();
    if (goal === undefined) say("No rehearsed goal is left: state one on the dashboard");
    return goal;
  };
  return {
    async p() {
      const play = plays.shift();
      if (play === undefined) return say("No rehearsed pull request is left: push one of your own");
      say(`${play.title}: ${play.name}`);
      await openPlay(machine, project, play);
    },
    async g() {
      const goal = nextGoal();
      if (goal === undefined) return;
      const { id } = await api.startRun(project.id, { target_text: goal });
      say(`"${goal}": its plan will wait for you on ${url}/projects/${project.id}/runs/${id}`);
    },
    async c() {
      const goal = nextGoal();
      if (goal === undefined) return;
      const { number } = await github.openIssue(project.full_name, { title: goal, by: person });
      github.comment(project.full_name, number, "/tidegate run", person);
      say(`#${number} "${goal}": ${person} commented "/tidegate run"`);
    },
  };
}

/** Opens a pull request as its author would. */
export async function openPlay({ github }: Machine, { full_name }: Project, play: Play): Promise<void> {
  await github.pushCommit(full_name, play.branch, play.files, play.title);
  await github.openPull(full_name, { head: play.branch, title: play.title });
}
