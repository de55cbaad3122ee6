import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { build, builtIn } from "./worker.ts";

test("two starts at the same time build beside each other", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-built-"));
  try {
    const both = ["one", "other"].map((name) => builtIn(join(folder, name)));
    await Promise.all(both.map(build));
    for (const { worker, pages } of both)
      expect([join(worker, "index.js"), join(pages, "index.html")].map(existsSync)).toEqual([true, true]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
