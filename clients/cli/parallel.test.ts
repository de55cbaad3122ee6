import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readInParallel } from "./parallel.ts";

const folder = mkdtempSync(join(tmpdir(), "tidegate-threads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Stands for a thread: what it does depends on the names of the files. */
const program = join(folder, "thread.mjs");
writeFileSync(
  program,
  `import { parentPort } from "node:worker_threads";
  parentPort.on("message", ({ files }) => {
    if (files.some(({ path }) => path.includes("deadly"))) process.exit(1);
    if (files.some(({ path }) => path.includes("throws"))) throw new Error("as asked");
    const done = files.map(({ path }) => ({ path, blob: path, key: path, facts: new Uint8Array([1]), kept: false }));
    const memory = files.some(({ path }) => path.includes("monster")) ? 1e9 : 1e6;
    parentPort.postMessage({ done, failed: [], memory, broken: files.some(({ path }) => path.includes("breaks")) });
  });`,
);

async function read(paths: string[], threads = 2) {
  const seen: string[] = [];
  const steps: number[] = [];
  const result = await readInParallel({
    root: folder,
    folder,
    files: paths.map((path) => ({ path })),
    threads,
    program: pathToFileURL(program),
    take: (done) => void seen.push(...done.map(({ path }) => path)),
    progress: (done) => void steps.push(done),
  });
  return { ...result, seen: seen.sort(), steps };
}
const plain = Array.from({ length: 200 }, (_, at) => `f${String(at).padStart(3, "0")}.py`);

test("every file is read once, and progress ends at their number", async () => {
  const { seen, crashed, started, steps } = await read(plain);
  expect([seen, crashed, started]).toEqual([plain, [], 2]);
  expect(steps.at(-1)).toBe(200);
  expect(steps).toEqual([...steps].sort((one, other) => one - other));
});

test("a file on which a thread ends costs only itself", async () => {
  const { seen, crashed, steps } = await read([...plain, "deadly.py", "throws.py"]);
  expect([seen, crashed.sort()]).toEqual([plain, ["deadly.py", "throws.py"]]);
  expect(steps.at(-1)).toBe(202);
});

test("a thread that has met a monster, or broke, is replaced", async () => {
  expect((await read([...plain, "monster.py"], 1)).started).toBe(1);
  expect((await read(["monster.py", ...plain], 1)).started).toBe(2);
  expect((await read(["breaks.py", ...plain], 1)).started).toBe(2);
});

test("nothing to read starts nothing", async () => {
  expect(await read([])).toEqual({ seen: [], crashed: [], started: 0, steps: [] });
});
