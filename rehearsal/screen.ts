/** What `npm start` shows while it runs, and the keys it listens to. */
import { emitKeypressEvents } from "node:readline";
import type { Api } from "../clients/api.ts";
import type { Project } from "../models/project.ts";
import type { RunCard } from "../models/run.ts";
import { TERMINAL_STATES, type Validation } from "../models/validation.ts";
import type { Host, Machine } from "./machine.ts";

type Say = (line: string) => void;

/** Opens a pull request for every new branch that somebody pushes, as `gh pr create` would. */
export function openPullsForBranches({ github }: Machine, project: Project): void {
  let seen = github.deliveries.length;
  const look = async () => {
    const fresh = github.deliveries.slice(seen).filter((delivery) => delivery.event === "push");
    seen = github.deliveries.length;
    for (const { request } of fresh) {
      const { ref, created, deleted, sender } = request.payload as {
        ref: string;
        created: boolean;
        deleted: boolean;
        sender: { login: string };
      };
      const branch = ref.replace(/^refs\/heads\//, "");
      if (!created || deleted || sender.login !== "you" || branch === project.default_branch) continue;
      await github.openPull(project.full_name, {
        head: branch,
        title: branch.replaceAll("-", " "),
        by: "you",
      });
    }
  };
  setInterval(
    () => look().catch((error) => console.error(`Cannot open a pull request: ${error.message}`)),
    300,
  ).unref();
}

/** One line whenever a validation or a run moves on. */
export function watch(machine: Machine, api: Api, project: Project, say: Say): void {
  const told = new Map<string, string>();
  const look = async () => {
    for (const run of (await api.runs(project.id)).toReversed()) {
      const line = runLine(run, machine);
      if (told.get(run.id) === line) continue;
      told.set(run.id, line);
      say(line);
    }
    for (const pull of await api.pulls(project.id)) {
      for (const validation of pull.validations.toReversed()) {
        const line = lineOf(validation, machine);
        if (told.get(validation.id) === line) continue;
        told.set(validation.id, line);
        say(`#${pull.number} ${pull.title}: ${line}`);
      }
    }
  };
  let looking = false;
  const timer = setInterval(() => {
    // A slow answer must not be overtaken by the next question.
    if (looking) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, 500);
  timer.unref();
}

/** Where a person has to do something, the line says where. */
function runLine({ id, project_id, target_text, phase, reason }: RunCard, machine: Machine): string {
  const page = `${machine.url}/projects/${project_id}/runs/${id}`;
  const why = reason === null ? "" : `: ${reason.message}`;
  const asks = phase === "awaiting_confirmation" || phase === "needs_human" ? `   ${page}` : "";
  return `run "${(target_text.split("\n")[0] ?? "").slice(0, 60)}": ${phase.replaceAll("_", " ")}${why}${asks}`;
}

function lineOf(validation: Validation, machine: Machine): string {
  const head = validation.head_sha.slice(0, 7);
  if (!TERMINAL_STATES.has(validation.state))
    return `${head} ${validation.state} (${validation.current?.kind ?? "waiting"})`;
  if (validation.merge_state === "merged")
    return `${head} passed and MERGED as ${validation.merge_commit_sha?.slice(0, 7)}`;
  const why =
    validation.reason?.message ?? validation.merge_reasons.map((reason) => reason.message).join("; ");
  const merge = validation.merge_state === "none" ? "" : `, merge ${validation.merge_state}`;
  const where =
    validation.state === "passed"
      ? ""
      : `   ${machine.url}/projects/${validation.project_id}/pulls/${validation.pr_number}`;
  return `${head} ${validation.state}${merge}${why ? `: ${why}` : ""}${where}`;
}

/** Listens to keys where there is a keyboard, and ends everything in order when told to. */
export function listen(host: Host, say: Say, keys: Record<string, () => Promise<void> | void>): void {
  let ending = false;
  const quit = async () => {
    if (ending) return;
    ending = true;
    say("Stopping");
    await host.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Libraries end the process at once on a signal; sandboxes and folders would stay behind.
    process.removeAllListeners(signal);
    process.on(signal, quit);
  }
  if (!process.stdin.isTTY) return;
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  process.stdin.resume();
  const all: typeof keys = { ...keys, l: async () => say(await host.link()), q: quit };
  process.stdin.on("keypress", (_, key: { name?: string; ctrl?: boolean }) => {
    if (key.ctrl && key.name === "c") return quit();
    Promise.resolve(all[key.name ?? ""]?.()).catch((error) => say(`Cannot do that: ${error.message}`));
  });
}
