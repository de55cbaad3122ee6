/** `npm start`: everything on this machine, with a sample project or a repository of this disk. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { connect } from "../clients/api.ts";
import { CONFIG_FILE } from "../models/config.ts";
import { choiceOf, equip, folderOf } from "./agent/choice.ts";
import { openData } from "./data.ts";
import { type Flags, HELP, readFlags } from "./flags.ts";
import { signInUrl } from "./github/web/sign-in.ts";
import { GOALS, keysFor, openPlay } from "./keys.ts";
import { type Host, type HostOptions, holdPort, startHost, startMachine } from "./machine.ts";
import { PLAYS, SAMPLE } from "./plays.ts";
import { OWNER, pinRepository, pinSample } from "./sample.ts";
import { listen, openPullsForBranches, watch } from "./screen.ts";
import { welcome } from "./welcome.ts";
import { errorsOnly, ROOT } from "./worker.ts";

/** Who uses the rehearsal GitHub, with the right to write. */
const PERSON = "you";

const started = Date.now();
const say = (line: string) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) console.log(HELP);
  else if (flags.github !== null) await real(flags, flags.github);
  else await rehearse(flags);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** On a GitHub that lives on this machine. */
async function rehearse(flags: Flags): Promise<void> {
  const repo = flags.repo === null ? null : readRepository(flags.repo, flags.config);
  const choice = choiceOf({ ...flags, repo: repo?.path ?? null }, process.env);
  const machine = await startMachine(await hostOptions(flags));
  const { token } = await machine.signIn();
  const api = connect(machine.url, token);
  const { config } = flags;
  const project =
    repo === null
      ? await pinSample(machine, api, SAMPLE, choice?.settings)
      : await pinRepository(machine, api, repo.path, repo.name, {
          config,
          name: repo.name,
          ...choice?.settings,
        });
  const { token: gitToken } = machine.github.createUser(PERSON);
  const github = signInUrl(machine.github.url, gitToken, `/${project.full_name}`);
  machine.github.setRole(project.full_name, PERSON, "admin");
  const clone = `http://${PERSON}:${gitToken}@${new URL(machine.github.url).host}/${project.full_name}.git`;
  openPullsForBranches(machine, project);
  watch(machine, api, project, say);
  const sample = repo === null;
  const agent = choice === null ? null : await equip(api, project.id, choice);
  const [first, ...others] = sample ? PLAYS : [];
  const goals = sample && choice === null ? GOALS.slice() : [];
  const link = await machine.link();
  const keys = process.stdin.isTTY === true;
  console.log(
    welcome({ machine, project, token, github, clone, link, sample, agent, first: first?.title, keys }),
  );
  if (first) await openPlay(machine, project, first);
  keepTime(machine);
  listen(machine, say, keysFor({ machine, api, project, say }, PERSON, others, goals));
}

/** On a real GitHub, with real credentials from the environment. */
async function real(flags: Flags, github: string): Promise<void> {
  const names = ["GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"];
  const given = names.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? ""]] : []));
  const publicUrl = flags.publicUrl === null ? {} : { PUBLIC_URL: flags.publicUrl };
  const data = openData(resolve(folderOf(process.env), flags.data ?? join(ROOT, ".tidegate", "data")));
  const options = await hostOptions(flags);
  const host = await startHost({
    ...options,
    data,
    vars: { GITHUB_API_URL: github, ...Object.fromEntries(given), ...publicUrl },
  });
  console.log(`
  Dashboard     ${await host.link()}
                (signs you in once, within 15 minutes${process.stdin.isTTY ? "; press l for a new link" : ""})
  GitHub        ${github}
  Kept in       ${data.dir}
  Webhooks      ${host.vars.PUBLIC_URL}/api/v1/webhooks/github   (content type application/json; set it in your App or repository)

  Pin a repository on the dashboard.${process.stdin.isTTY ? "   Keys: l new link, q quit" : ""}
`);
  keepTime(host);
  listen(host, say, {});
}

/** Rings the Worker's clock, as Cloudflare does once a minute: what no webhook tells is found by it. */
function keepTime(host: Host): void {
  const ring = async () => {
    const worker = await host.worker.miniflare.getWorker("tidegate");
    await worker.scheduled({ cron: "* * * * *" });
  };
  // A minute is missed while the Worker restarts or ends.
  setInterval(() => void ring().catch(() => undefined), 60_000).unref();
}

async function hostOptions(flags: Flags): Promise<HostOptions> {
  const port = flags.port ?? (await holdPort(8787));
  return { port, progress: say, ...(flags.verbose ? {} : { log: errorsOnly(), quiet: true }) };
}

/** Checks a repository before anything is started for it. */
function readRepository(path: string, config: string | null): { path: string; name: string } {
  const full = resolve(folderOf(process.env), path);
  if (!existsSync(full)) throw new Error(`Cannot use "${path}": there is no such folder`);
  const git = (...args: string[]): string | null => {
    try {
      return execFileSync("git", ["-C", full, ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    } catch {
      return null;
    }
  };
  if (git("rev-parse", "HEAD") === null)
    throw new Error(`Cannot use "${path}": it is not a git repository with a commit`);
  if (config === null && git("cat-file", "-e", `HEAD:${CONFIG_FILE}`) === null) {
    throw new Error(
      `Cannot validate "${path}": it has no committed ${CONFIG_FILE}. Commit one, or say how on the command line, e.g.\n  npm start -- --repo ${path} --setup "npm ci" --test "npm test"`,
    );
  }
  const name = basename(git("rev-parse", "--show-toplevel") ?? full).replace(/[^\w.-]/g, "-");
  return { path: full, name: name === OWNER ? `${name}-repository` : name };
}
