/**
 * `npm run rehearse`: plays every pull request and every run, prints the chain of evidence of each, and exits 1 if one
 * ends otherwise than it must.
 */
import { type Api, connect } from "../clients/api.ts";
import type { Project } from "../models/project.ts";
import { act } from "./act.ts";
import { actRun } from "./act-run.ts";
import { hostedBrain } from "./agent/hosted.ts";
import { type Brain, type Codegen, startCodegen } from "./codegen/index.ts";
import { evidenceOf, evidenceOfRun } from "./evidence.ts";
import { type Machine, startMachine } from "./machine.ts";
import { PLAYS, SAMPLE } from "./plays.ts";
import { RUN_PLAYS } from "./plays-runs.ts";
import { pinSample } from "./sample.ts";
import { errorsOnly } from "./worker.ts";

type Scene = { key: string; name: string; play(stage: Stage): Promise<{ lines: string[]; wrong: string[] }> };
type Stage = { machine: Machine; api: Api; project: Project };

const SCENES: Scene[] = [
  ...PLAYS.map((play) => ({
    ...{ key: play.branch, name: play.name },
    async play({ machine, api, project }: Stage) {
      const played = await act(machine, api, project, play);
      return { lines: evidenceOf(played, machine), wrong: played.wrong };
    },
  })),
  ...RUN_PLAYS.map((play) => ({
    ...{ key: play.key, name: play.name },
    async play(stage: Stage) {
      const played = await actRun(stage, play);
      return { lines: evidenceOfRun(played), wrong: played.wrong };
    },
  })),
];

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(1).padStart(6);
const say = (line: string) => console.log(`${seconds()} s  ${line}`);

const only = process.argv.slice(2);
const scenes = only.length === 0 ? SCENES : SCENES.filter(({ key }) => only.includes(key));
if (scenes.length === 0) {
  console.error(`Cannot play ${only.join(", ")}: known are ${SCENES.map(({ key }) => key).join(", ")}`);
  process.exit(2);
}

// The hosted agent's brain needs a GitHub, which needs a Worker, which needs the address of the hosted agent.
const hosted: { brain: Brain } = { brain: async () => ({ fail: "ERROR" }) };
const codegen = await startCodegen({ brain: (asked) => hosted.brain(asked) });
const machine = await startMachine({
  ...{ progress: say, log: errorsOnly(), quiet: true },
  vars: { CODEGEN_API_URL: codegen.url },
});
say(
  `Browser: ${machine.chrome.path} (from the ${machine.chrome.from}); isolation of sandboxes: ${machine.runner.isolation}`,
);
let failed = 0;
try {
  const { token } = await machine.signIn();
  const api = connect(machine.url, token);
  const project = await pinSample(machine, api, SAMPLE);
  await offerCodegen(api, project);
  for (const scene of scenes) {
    console.log(`\n${scene.name}`);
    const { lines, wrong } = await scene.play({ machine, api, project });
    for (const line of lines) console.log(`    ${line}`);
    failed += wrong.length > 0 ? 1 : 0;
    for (const one of wrong) console.log(`  WRONG ${one}`);
    say(wrong.length === 0 ? "as expected" : "NOT AS EXPECTED");
  }
  failed += reportUnmodelled(machine, codegen);
} finally {
  await machine.close();
  await codegen.close();
}
console.log(`\n${scenes.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Lets the sample project be worked on by the hosted agent too, for runs that name it. */
async function offerCodegen(api: Api, { id, full_name }: Project): Promise<void> {
  hosted.brain = hostedBrain(machine.github, full_name);
  await api.saveProject(id, { codegen_organization: codegen.organization });
  await api.saveSecret(id, "CODEGEN_API_KEY", codegen.token);
}

/** What GitHub or Codegen could not answer would make the rehearsal worthless. */
function reportUnmodelled({ github }: Machine, { unmodelled }: Codegen): number {
  const all = [
    ...github.unmodelled.map((seen) => ({ ...seen, of: "GitHub" })),
    ...unmodelled.map((seen) => ({ ...seen, of: "Codegen" })),
  ];
  for (const { of, method, path } of all)
    console.log(`  WRONG asked ${of} for ${method} ${path}, which is not modelled`);
  return all.length > 0 ? 1 : 0;
}
