import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
// @ts-expect-error plain JavaScript, because npm runs it before anything is installed
import { completed, missingFrom } from "../lock.mjs";

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8"));

test("the lock file lists the packages of every platform, or `npm ci` would refuse it (npm run lock)", () => {
  expect(missingFrom(lock)).toEqual([]);
});

test("completed() adds what is missing for its own platform only", () => {
  const tool = {
    version: "1.0.0",
    dev: true,
    optionalDependencies: { "@tool/cli-linux-arm64-musl": "1.0.0", "@tool/win32-x64": "1.0.0" },
  };
  const { packages } = completed({ packages: { "node_modules/tool": tool } });
  expect(packages["node_modules/@tool/cli-linux-arm64-musl"]).toMatchObject({
    os: ["linux"],
    cpu: ["arm64"],
    libc: ["musl"],
  });
  expect(packages["node_modules/@tool/win32-x64"]).toMatchObject({
    os: ["win32"],
    cpu: ["x64"],
    optional: true,
    dev: true,
  });
});
