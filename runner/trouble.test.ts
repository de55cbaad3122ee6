/** A host that fails is told from a command that does. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AVAILABLE, archiveOf, callRunner, folder } from "./testing.ts";
import { troubleOf } from "./trouble.ts";

describe.runIf(AVAILABLE.includes("bubblewrap"))("what isolates", () => {
  test("a command that it could not start is the host's failure, one that exits 1 its own", async () => {
    const { sandbox, broken } = await fresh();
    expect(await sandbox.run("echo 'bwrap: no'; exit 1")).toMatchObject({ end: "exited", exit_code: 1 });
    broken();
    const ended = await sandbox.run("exit 0");
    expect(ended).toMatchObject({ end: "host", exit_code: null, why: "bubblewrap could not run it" });
    expect(ended.output).toMatch(/\[tidegate\] Failed: bubblewrap could not run it/);
  });

  test("an archive that it could not unpack is no bad archive", async () => {
    const { sandbox, broken } = await fresh();
    expect(await sandbox.archive(Buffer.from("no archive"))).toMatchObject({ status: 400 });
    broken();
    const laid = await sandbox.archive(archiveOf({ a: "a" }));
    expect(laid).toMatchObject({ status: 500, json: { code: "internal" } });
  });
});

test("troubleOf() blames nobody while the host is well", () => {
  expect(troubleOf("SIGKILL", null, "/tmp")).toBeNull();
  expect(troubleOf(null, 0, "/tmp")).toBeNull();
  expect(troubleOf(null, 0, "/no/such/folder")).toBeNull();
});

/** A sandbox, and a way to take from its host what every command is shown. */
async function fresh() {
  const dir = folder();
  const sandbox = (await callRunner({ isolation: "bubblewrap", dir })).sandbox("s");
  await sandbox.create();
  const broken = () => renameSync(join(dir, "stubs"), join(dir, "stubs.gone"));
  return { sandbox, broken };
}
