import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { storeContract } from "../../graph/store.contract.ts";
import { infoOf, partOf } from "../../graph/store.fixture.ts";
import { folderGraphs } from "./folder.ts";

const made: string[] = [];
const emptyFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-graphs-"));
  made.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

storeContract(async () => folderGraphs(join(emptyFolder(), "not", "there", "yet")));

test("another process finds what was saved", async () => {
  const folder = emptyFolder();
  await folderGraphs(folder).save(infoOf("g_1"), [partOf("a.py", { functions: ["run"] })]);
  const reader = await folderGraphs(folder).open("g_1");
  expect(await reader?.find("run", 9, 0)).toHaveLength(1);
  expect(readdirSync(join(folder, "graphs"))).toEqual(["g_1.json"]);
});

test.each([
  ["cut off", (text: string) => text.slice(0, text.length / 2)],
  ["emptied", () => ""],
  ["of another shape", () => '{"info":{},"parts":[\n\n]}\n'],
])("a file that was %s is named, and spoils no list", async (_, spoil) => {
  const folder = emptyFolder();
  const store = folderGraphs(folder);
  const file = join(folder, "graphs", "g_1.json");
  await store.save(infoOf("g_1"), [partOf("a.py", {})]);
  await store.save(infoOf("g_2"), [partOf("a.py", {})]);
  writeFileSync(file, spoil(readFileSync(file, "utf8")));
  await expect(store.open("g_1")).rejects.toThrow(`The graph in ${file} is damaged`);
  const [whole, broken] = await store.list();
  expect(whole).toEqual(infoOf("g_2"));
  expect(broken).toMatchObject({ id: "g_1", status: "failed", warnings: [expect.stringContaining(file)] });
  expect(await store.list({ repository: "/repo" })).toHaveLength(1);
  expect(await store.remove("g_1")).toBe(true);
  expect(await store.list()).toHaveLength(1);
});

test("a failed save leaves no file behind", async () => {
  const folder = emptyFolder();
  const store = folderGraphs(folder);
  const circle = partOf("a.py", {});
  (circle as unknown as { nodes: unknown[] }).nodes.push(circle);
  await expect(store.save(infoOf("g_1"), [circle])).rejects.toThrow();
  expect(readdirSync(join(folder, "graphs"))).toEqual([]);
});
