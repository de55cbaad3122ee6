/** What passed is signed once, and checked offline with nothing but a public key, the evidence and a clone. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { ask, open, type Project, project, rows, settled, stranger, useApp } from "./machine.ts";

const stage = useApp();
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tidegate-attestation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { code: number; stdout: string };

/** The command; offline unless it is told where a Tidegate is. */
function verify(args: string[], online = false): Promise<Ran> {
  const { url, token } = stage.app;
  const launcher = join(import.meta.dirname, "..", "clients", "cli", "tidegate.mjs");
  const server = { TIDEGATE_URL: online ? url : "", TIDEGATE_TOKEN: online ? token : "" };
  const env = { ...process.env, TIDEGATE_HOME: folder, ...server };
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, "verify", ...args], { env, cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout: stdout + stderr }),
    );
  });
}

async function saved(name: string, path: string): Promise<string> {
  const response = await ask(stage.app, path);
  expect(response.status).toBe(200);
  const file = join(folder, name);
  writeFileSync(file, await response.text());
  return file;
}

/** Not synchronously: the GitHub that answers runs in this process. */
async function cloneOf({ full_name }: Project): Promise<string> {
  const clone = join(folder, full_name.replace("/", "-"));
  const { github, owner } = stage.app;
  await run("git", ["clone", "-q", github.cloneUrl(full_name, owner.token), clone]);
  return clone;
}

test("a merge is verified by its files alone, and by its id; another commit or other evidence is not it", async () => {
  const { app } = stage;
  const one = await project(app, "signed");
  const { number, head } = await open(app, one, "change");
  const done = await settled(app, one, number);
  expect(done).toMatchObject({ state: "passed", merge_state: "merged" });
  const at = `/api/v1/validation/${done.id}`;
  const attestation = await saved("attestation.json", `${at}/attestation`);
  const evidence = await saved("evidence.json", `${at}/evidence`);
  const key = join(folder, "keys.json");
  writeFileSync(key, JSON.stringify(await stranger(app).attestationKeys()));
  const clone = await cloneOf(one);
  const files = [attestation, "--key", key, "--evidence", evidence, "--repo-dir", clone];

  const whole = await verify([...files, "--commit", done.merge_commit_sha ?? ""]);
  expect(whole).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("has the tested tree, byte for byte"),
  });
  const { statement } = JSON.parse((await verify([...files, "--json"])).stdout);
  expect(statement.predicate).toMatchObject({
    repository: { full_name: one.full_name },
    validation_id: done.id,
    head_sha: head,
    base_sha: done.base_sha,
    merge_sha: null,
    config: { sha256: done.config_digest },
    flaky: null,
  });
  expect(statement.predicate.steps.map(({ kind }: { kind: string }) => kind)).toEqual(
    expect.arrayContaining(["snapshot", "setup", "test", "judge"]),
  );

  const byId = await verify([done.id, "--repo-dir", clone], true);
  expect(byId).toMatchObject({ code: 0, stdout: expect.stringContaining("Whose the key is: it came from") });
  const root = (await run("git", ["-C", clone, "rev-parse", "main^1"])).stdout.trim();
  expect(await verify([...files, "--commit", root])).toMatchObject({ code: 1 });
  writeFileSync(
    evidence,
    (await (await ask(app, `${at}/evidence`)).text()).replace('"tests_run":1', '"tests_run":2'),
  );
  expect(await verify(files)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("evidence of test is not"),
  });
});

test("what failed is not attested, and it is said why; nothing signed can be changed", async () => {
  const { app } = stage;
  const one = await project(app, "unsigned", { "test.sh": 'echo "0 passed, 1 failed"; exit 1\n' });
  const { number } = await open(app, one, "change");
  const done = await settled(app, one, number);
  expect(done.state).toBe("failed");
  expect(await app.api.attestation(done.id)).toBeNull();
  expect(await verify([done.id], true)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("it is failed"),
  });
  expect((await ask(app, "/api/v1/validation/nobody.1.2.3/attestation")).status).toBe(404);
  for (const statement of ["UPDATE attestations SET key_id = ''", "DELETE FROM attestations"])
    await expect(rows(app, statement)).rejects.toThrow(/never (changed|deleted)/);
});
