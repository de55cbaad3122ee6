import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder } from "./testing.ts";
import { findToolchains, SYSTEM_PATH } from "./toolchains.ts";

test("a toolchain in a folder of its own is shown whole, one among a home's other things alone", async () => {
  const home = folder();
  const before = process.env.HOME;
  process.env.HOME = home;
  onTestFinished(() => {
    process.env.HOME = before;
  });
  program(home, ".tools/git-2/bin/git");
  program(home, ".local/bin/uv");
  program(home, "bin/deno");
  const entries = [".tools/git-2/bin", ".local/bin", "bin", "project/node_modules/.bin"].map((path) =>
    join(home, path),
  );
  program(home, "project/node_modules/.bin/bun");
  const { path, folders } = await findToolchains(entries.join(":"));
  expect(folders.sort()).toEqual([
    join(home, ".local/bin/uv"),
    join(home, ".tools/git-2"),
    join(home, "bin/deno"),
  ]);
  expect(path).toEqual([...entries.slice(0, 3), ...SYSTEM_PATH]);
});

test("a shim that leads to nothing counts as not installed", async () => {
  const home = folder();
  program(home, "shims/bin/python3", "exit 1");
  expect(await findToolchains(join(home, "shims/bin"))).toEqual({ path: SYSTEM_PATH, folders: [] });
});

function program(home: string, path: string, text = "true"): void {
  const file = join(home, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}
