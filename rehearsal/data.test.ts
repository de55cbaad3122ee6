import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newKeys, openData } from "./data.ts";

const folder = () => join(mkdtempSync(join(tmpdir(), "tidegate-data-")), "data");

test("the next start finds the keys of the one before, and nobody else may read them", () => {
  const dir = folder();
  const first = openData(dir);
  first.release();
  expect(openData(dir).keys).toEqual(first.keys);
  expect(statSync(join(dir, "keys.json")).mode & 0o077).toBe(0);
  expect(newKeys()).not.toEqual(newKeys());
});

test("a process that was killed does not keep its folder, and one that lives does", () => {
  const dir = folder();
  openData(dir).release();
  // No process has so high a number.
  writeFileSync(join(dir, "pid"), "99999999");
  openData(dir);
  expect(readFileSync(join(dir, "pid"), "utf8")).toBe(String(process.pid));
  writeFileSync(join(dir, "pid"), String(process.ppid));
  expect(() => openData(dir)).toThrow(`process ${process.ppid} has it. End that one, or name another folder`);
});

test("keys that cannot be read are not made anew: what they open would be lost", () => {
  const dir = folder();
  openData(dir).release();
  writeFileSync(join(dir, "keys.json"), "{");
  expect(() => openData(dir)).toThrow("Put it back, or name another folder");
});
