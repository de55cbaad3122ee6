import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AVAILABLE, archiveOf, callRunner, folder } from "./testing.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const file = (path: string, text: string, mode = "100644") => ({ path, mode, base64: base64(text) });

describe.each(AVAILABLE)("single source files under %s", (isolation) => {
  const fresh = async () => {
    const sandbox = (await callRunner({ isolation })).sandbox("s");
    await sandbox.create();
    return sandbox;
  };

  test("are laid over an archive, with their mode, and named with git's own ids", async () => {
    const sandbox = await fresh();
    await sandbox.archive(archiveOf({ "a.txt": "old", "kept.txt": "kept" }));
    const files = [
      file("a.txt", "new"),
      file("bin/ü run.sh", "#!/bin/sh\necho ran\n", "100755"),
      file("link", "a.txt", "120000"),
    ];
    const answer = await sandbox.call("PUT", "/sources", { files });
    expect(answer).toMatchObject({ status: 200, json: { files: 3, tree_sha: gitTree() } });
    expect((await sandbox.run("cat link kept.txt && './bin/ü run.sh'")).output).toBe("newkeptran\n");
    const { entries } = answer.json as { entries: { path: string; mode: string }[] };
    expect(entries.map(({ path, mode }) => `${mode} ${path}`).sort()).toEqual([
      "100644 a.txt",
      "100755 bin/ü run.sh",
      "120000 link",
    ]);
  });

  test("cannot be laid outside the workspace, nor through a link", async () => {
    const sandbox = await fresh();
    const outside = folder();
    for (const path of ["../x", "/etc/x", "a/../../x", "a//x", ".git/config", "a/./x", ""]) {
      expect((await sandbox.call("PUT", "/sources", { files: [file(path, "x")] })).status, path).toBe(400);
    }
    const through = [file("door", outside, "120000"), file("door/x", "x")];
    expect((await sandbox.call("PUT", "/sources", { files: through })).status).not.toBe(200);
    await sandbox.call("PUT", "/sources", { files: [file("door", outside, "120000")] });
    await sandbox.call("PUT", "/sources", { files: [file("door/x", "x")] });
    expect(existsSync(join(outside, "x"))).toBe(false);
  });
});

/** What git says of the same three files. */
function gitTree(): string {
  const dir = folder();
  const git = (...args: string[]) => execFileSync("git", ["-C", dir, ...args], { encoding: "utf8" }).trim();
  git("init", "-q");
  writeFileSync(join(dir, "a.txt"), "new");
  mkdirSync(join(dir, "bin"));
  writeFileSync(join(dir, "bin/ü run.sh"), "#!/bin/sh\necho ran\n", { mode: 0o755 });
  symlinkSync("a.txt", join(dir, "link"));
  git("add", "-A");
  return git("write-tree");
}
