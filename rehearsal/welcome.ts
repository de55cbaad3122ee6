/** What `npm start` prints when everything is there. */
import { basename } from "node:path";
import type { Project } from "../models/project.ts";
import { EXAMPLES } from "./agent/index.ts";
import type { Machine } from "./machine.ts";

export type Scene = {
  machine: Machine;
  project: Project;
  token: string;
  /** Where a person clones from and pushes to. */
  clone: string;
  link: string;
  /** The repository on the rehearsal GitHub, by an address that signs its opener in as who may write. */
  github: string;
  /** Whether somebody can press keys. */
  keys: boolean;
  /** The sample project, which has its own pull requests and goals to show. */
  sample: boolean;
  /** Who writes changes when somebody was named, in words. */
  agent: string | null;
  /** Title of the pull request that is opened at once. */
  first: string | undefined;
};

export function welcome(scene: Scene): string {
  const { machine, token, link, github, keys, sample, agent } = scene;
  const goals = sample && agent === null;
  return `
  Dashboard     ${link}
                (signs you in once, within 15 minutes${keys ? "; press l for a new link" : ""})
  GitHub        ${github}
                (a rehearsal: it lives on this machine and goes with it; this address signs you in to comment)
  API           ${machine.url}/api/v1   export TIDEGATE_URL=${machine.url} TIDEGATE_TOKEN=${token}
  Agent         ${agentLine(scene)}
  Sandboxes     ${machine.runner.isolation === "bubblewrap" ? "isolated by bubblewrap" : "NOT isolated: install bubblewrap to run code you do not trust"}
  Browser       ${machine.chrome.path}

  Three things to try
  1. Open the dashboard and watch ${scene.first === undefined ? "what you push next" : `pull request #1, "${scene.first}", being validated and merged`}.
  2. ${goalWords(scene, goals)}
  3. ${pushWords(scene)}

  ${keys ? `Keys: l new link${goals ? ", g next goal, c the next one as a comment on an issue" : ""}${sample ? ", p next pull request" : ""}, q quit` : `To end it: kill ${process.pid}`}
`;
}

function agentLine({ sample, agent }: Scene): string {
  if (agent !== null) return agent;
  return sample
    ? `a rehearsal: a script that knows ${Object.keys(EXAMPLES).length} goals of this project by heart. It is NOT a model`
    : "none: name one with --agent, or choose it in the project's settings";
}

function goalWords({ machine, token, agent, sample, keys }: Scene, goals: boolean): string {
  if (agent === null && !sample)
    return "Choose an agent in the project's settings, and state a goal for it on the dashboard.";
  const example = goals ? EXAMPLES.left : "what you want";
  const known = Object.values(EXAMPLES).map((goal) => `         ${goal}`);
  return [
    `State a goal: ${goals && keys ? "press g, " : ""}write it on the dashboard, or say it in another terminal:`,
    `       export TIDEGATE_URL=${machine.url} TIDEGATE_TOKEN=${token}`,
    `       npm run tidegate -- run "${example}"`,
    "     You are shown a plan. Edit it or confirm it, and watch the change being written, validated and merged.",
    ...(goals
      ? [
          "     The rehearsal's first try at this one fails its tests, and is repaired. It also heeds a name that you",
          "     change in a plan, and knows these goals:",
          ...known,
        ]
      : []),
  ].join("\n");
}

function pushWords({ clone, project, sample, keys }: Scene): string {
  const change = sample
    ? "echo >> README.md && git commit -am 'My change'"
    : "git commit --allow-empty -m 'My change'";
  return [
    "Push a change of your own; a pull request is opened for every new branch:",
    `       git clone ${clone} && cd ${basename(project.full_name)}`,
    `       git switch -c my-change && ${change} && git push -u origin my-change`,
    sample && keys
      ? "     Press p for pull requests that must not be merged, one after the other."
      : "     Then break a test on another branch, push it, and read why it is not merged.",
  ].join("\n");
}
