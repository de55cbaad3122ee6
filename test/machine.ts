/** The whole application for one test file, and what must be true of it when the file is through. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect } from "vitest";
import { type Api, connect } from "../clients/api.ts";
import { wrongIn } from "../clients/cli/verify/audit.ts";
import type { AuditRow } from "../models/audit.ts";
import { SandboxInfo } from "../models/sandbox.ts";
import { TERMINAL_STATES, type Validation, type ValidationDetail } from "../models/validation.ts";
import { type Machine, startMachine } from "../rehearsal/machine.ts";

/** Longest anything may take, in ms. Never an assertion: a test that comes here has failed already. */
const PATIENCE_MS = 60_000;
const OWNER = "acme";

export type Project = { id: string; full_name: `${string}/${string}` };
export type App = Machine & { api: Api; token: string; owner: { token: string } };
type Files = Record<string, string | null>;

/** A configuration whose steps take no time. */
export const QUICK = "setup: none\ntest: sh test.sh\n";
/** A test command of which one test passes. */
export const PASSES = 'echo "1 passed, 0 failed"\n';

/** All projects of a file share one installation, whose writes would stand in one row, a second each. */
const UNHURRIED = { GITHUB_WRITES_APART_MS: "0" };

/** Brings the application up before the file's tests; after them checks that nothing is left and no rule was broken. */
export function useApp(options: Parameters<typeof startMachine>[0] = {}): { app: App } {
  const stage = {} as { app: App };
  beforeAll(async () => {
    const vars = { ...UNHURRIED, ...options.vars };
    const machine = await startMachine({ ...options, vars, skipBuild: true });
    const owner = machine.github.createUser(OWNER);
    stage.app = Object.assign(machine, await machine.signIn(), { owner });
  });
  afterAll(async () => {
    try {
      await nothingIsLeft(stage.app);
      await noRuleWasBroken(stage.app);
    } finally {
      await stage.app.close();
    }
  });
  return stage;
}

/** Waits until `look` finds something. */
export async function eventually<T>(
  what: string,
  look: () => T | null | Promise<T | null>,
  patience_ms = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patience_ms;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`Cannot wait longer for ${what}`);
    await pause(100);
  }
}

/** A repository with a quick `.tidegate.yml`, under Tidegate's care. */
export async function project(
  { github, api }: App,
  name: string,
  files: Files = {},
  settings: Parameters<Api["saveProject"]>[1] = {},
): Promise<Project> {
  const full_name = `${OWNER}/${name}` as const;
  const all = { ".tidegate.yml": QUICK, "test.sh": PASSES, "README.md": "# Hello\n", ...files };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  await github.createRepository(full_name, { files: Object.fromEntries(present) });
  github.install(full_name);
  const { id } = await api.pin({ full_name, auto_merge_enabled: true, ...settings });
  return { id, full_name };
}

/** Opens a pull request that changes `files`. */
export async function open(
  { github }: App,
  { full_name }: Project,
  branch: string,
  files: Files = { [`${branch}.txt`]: "new\n" },
  options: { draft?: boolean } = {},
): Promise<{ number: number; head: string }> {
  const head = await github.pushCommit(full_name, branch, files, `Change ${branch}`);
  const { number } = await github.openPull(full_name, { head: branch, ...options });
  return { number, head };
}

/** Nothing of a validation is still to come. */
export function isSettled(validation: Validation): boolean {
  const { state, merge_state, reporting } = validation;
  const open = merge_state === "pending" || merge_state === "queued";
  return TERMINAL_STATES.has(state) && !open && reporting === null;
}

/** The newest validation of a pull request (of `head`, when given), once `there` holds. */
export async function validationWhere(
  { api }: App,
  { id }: Project,
  number: number,
  there: (validation: Validation) => boolean,
  head?: string,
): Promise<Validation> {
  let seen = "never seen";
  return eventually(`pull request ${number}`, async () => {
    const [newest] = (await api.pull(id, number).catch(() => null))?.validations ?? [];
    if (newest !== undefined) seen = `${newest.id} ${newest.state} ${newest.merge_state}`;
    return newest !== undefined && (head === undefined || newest.head_sha === head) && there(newest)
      ? newest
      : null;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen}`);
  });
}

/** The newest validation of a pull request, with its steps, once nothing of it is still to come. */
export async function settled(
  app: App,
  project: Project,
  number: number,
  head?: string,
): Promise<ValidationDetail> {
  return app.api.validation((await validationWhere(app, project, number, isSettled, head)).id);
}

/** Waits until a step of a validation runs. */
export async function running(app: App, project: Project, number: number, kind: string): Promise<Validation> {
  return validationWhere(
    app,
    project,
    number,
    (one) => one.current?.kind === kind && one.state === "running",
  );
}

/** The whole log of a step. */
export async function logOf({ api }: App, validationId: string, stepId: string): Promise<string> {
  let text = "";
  for (let from = 0; ; ) {
    const piece = await api.log(stepId, validationId, from);
    text += piece.text;
    if (piece.end || piece.next === from) return text;
    from = piece.next;
  }
}

/** Requests to merge a pull request that GitHub heard. */
export function merges({ github }: App, { full_name }: Project, number: number) {
  return github.requests
    .filter((seen) => seen.method === "PUT" && seen.path === `/repos/${full_name}/pulls/${number}/merge`)
    .map(({ body, status }) => ({ sha: (body as { sha?: string }).sha, status }));
}

/** Asks GitHub as the owner, who may do everything that protection lets him. */
export function asOwner(
  { github, owner }: App,
  method: string,
  path: string,
  body: object,
): Promise<Response> {
  const headers = { authorization: `Bearer ${owner.token}`, "user-agent": "test" };
  return fetch(`${github.apiUrl}${path}`, { method, headers, body: JSON.stringify(body) });
}

/** Our check runs on a commit. */
export function ourChecks({ github }: App, { full_name }: Project, sha: string) {
  return github
    .repository(full_name)
    .checks.filter((run) => run.headSha === sha && run.app.id === github.app.id);
}

/** Sandboxes that the host has now. */
export async function sandboxes({ runner }: App): Promise<SandboxInfo[]> {
  const headers = { authorization: `Bearer ${runner.token}` };
  return SandboxInfo.array().parse(await (await fetch(`${runner.url}/sandboxes`, { headers })).json());
}

/** A row or rows of the application's own database. */
export async function rows<T>({ worker }: App, query: string, ...values: unknown[]): Promise<T[]> {
  const d1 = await worker.miniflare.getD1Database("DB", "tidegate");
  const { results } = await d1
    .prepare(query)
    .bind(...values)
    .all<T>();
  return results;
}

/** A request as it is, without the client between. */
export function ask(app: App, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${app.token}`);
  return fetch(`${app.url}${path}`, { ...init, headers });
}

/** A client that is not signed in. */
export const stranger = ({ url }: App): Api => connect(url);

async function nothingIsLeft(app: App): Promise<void> {
  await eventually("the last sandbox to go", async () => ((await sandboxes(app)).length === 0 ? true : null));
  // Other programs of this machine look for their own servers on any port: only what our Worker asks counts.
  const ours = app.github.unmodelled.filter((seen) => seen.headers["user-agent"]?.startsWith("tidegate"));
  expect(ours.map((seen) => `${seen.method} ${seen.path}`)).toEqual([]);
}

/** What must hold whatever happened: the global invariants of the scenarios. */
async function noRuleWasBroken(app: App): Promise<void> {
  const passed = await rows<{ head_sha: string }>(
    app,
    "SELECT head_sha FROM validations WHERE state IN ('passed', 'passed_flaky')",
  );
  const validated = new Set(passed.map((row) => row.head_sha));
  const asked = app.github.requests.filter(
    ({ method, path, by }) => method === "PUT" && path.endsWith("/merge") && by.startsWith("installation:"),
  );
  for (const { body } of asked) expect(validated).toContain((body as { sha?: string }).sha);
  const ids = [...app.github.world.repositories.values()]
    .flatMap((repository) => repository.checks.filter((run) => run.app.id === app.github.app.id))
    .map((run) => run.externalId);
  expect(ids).toEqual([...new Set(ids)]);
  await auditIsWhole(app);
}

/** Every chain follows on itself from its first row, and every merge stands in it once. */
async function auditIsWhole(app: App): Promise<void> {
  const all = await rows<AuditRow>(app, "SELECT * FROM audit ORDER BY project_id, id");
  for (const [project, chain] of Map.groupBy(all, (row) => row.project_id)) {
    const wrong = chain.map((row, nth) => wrongIn(row, chain[nth - 1]));
    expect([project, chain[0]?.id, wrong.filter((one) => one !== null)]).toEqual([project, 1, []]);
  }
  const merged = await rows<{ id: string }>(app, "SELECT id FROM validations WHERE merge_state = 'merged'");
  const said = all.filter(({ action }) => action === "merge.merged").map(({ target }) => target);
  expect(said.sort()).toEqual(merged.map(({ id }) => id).sort());
}
