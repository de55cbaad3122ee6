import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { FILES, GOOD, GOOD_EDGES, type Hostile, NESTED } from "./hostile.fixture.ts";
import { CIRCLES } from "./hostile-circles.fixture.ts";
import { MASSES, NAMES } from "./hostile-programs.fixture.ts";
import type { Order, Reply } from "./hostile-thread.fixture.ts";
import type { Part } from "./store.ts";
import { problemsOf, shortEdges } from "./whole.fixture.ts";

/** Many times what the slowest takes on a slow machine. */
const HANGS_MS = 45_000;
const MOST_HEAP_MB = 768;

let thread: Worker | undefined;
afterAll(() => thread?.terminate());

/** Builds in a thread, since what hangs here could not be ended. */
async function built(files: Order["files"], frugal = false): Promise<Part[]> {
  thread ??= new Worker(new URL("./hostile-thread.fixture.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  const working = thread;
  const reply = await new Promise<Reply>((resolve) => {
    const ended = (error: string) => {
      thread = undefined;
      void working.terminate();
      resolve({ parts: [], warnings: [], error });
    };
    const timer = setTimeout(() => ended(`It hangs: no answer in ${HANGS_MS} ms`), HANGS_MS);
    working.once("message", (message: Reply) => {
      clearTimeout(timer);
      working.removeAllListeners("error");
      resolve(message);
    });
    working.once("error", (error) => {
      clearTimeout(timer);
      ended(`The thread died: ${error.message}`);
    });
    working.postMessage({ files, frugal } satisfies Order);
  });
  expect(reply.error).toBeUndefined();
  return reply.parts;
}

function check(hostile: Hostile, parts: readonly Part[]): void {
  expect(problemsOf(parts)).toEqual([]);
  const edges = shortEdges(parts);
  expect((hostile.edges ?? []).filter((edge) => !edges.has(edge))).toEqual([]);
  expect(parts.reduce((sum, part) => sum + part.edges.length, 0)).toBeLessThanOrEqual(hostile.most ?? 200);
  if (hostile.trouble === "any") return;
  const said = parts.flatMap(({ nodes: [file] }) =>
    file?.["x-trouble"] === undefined ? [] : [[file.path, file["x-trouble"]]],
  );
  expect(Object.fromEntries(said)).toEqual(hostile.trouble ?? {});
}

/** Every path that is code of ours has a node, whatever is wrong with the file. */
function checkAllThere(files: Order["files"], parts: readonly Part[]): void {
  const there = new Set(parts.map(({ path }) => path));
  const code = Object.keys(files).filter((path) => /\.(py|js|tsx?|go|java|rs)$/.test(path));
  expect(code.filter((path) => !there.has(path))).toEqual([]);
}

const LIMIT = { timeout: 3 * HANGS_MS };

describe("a bad file says what is wrong with it and disturbs no other", LIMIT, () => {
  test.for([...FILES, ...NESTED])("$name", async (hostile) => {
    const files = { ...hostile.files, ...GOOD };
    const parts = await built(files);
    checkAllThere(files, parts);
    check({ ...hostile, edges: [...(hostile.edges ?? []), ...GOOD_EDGES] }, parts);
  });
});

describe("what nests deeper than is read says so", LIMIT, () => {
  const deep = NESTED.filter(({ name }) => !name.startsWith("else-ifs in .py"));
  test.for(deep)("$name", async (hostile) => {
    const parts = await built(hostile.files);
    expect(
      parts.map(({ nodes: [file] }) => file?.["x-trouble"]).filter((trouble) => trouble !== undefined),
    ).toEqual(["too_deep"]);
  });
});

describe("a name is only a name, and facts that are packed away keep it", LIMIT, () => {
  test.for(NAMES)("$name", async (hostile) => {
    const parts = await built(hostile.files);
    checkAllThere(hostile.files, parts);
    check(hostile, parts);
    expect(await built(hostile.files, true)).toEqual(parts);
  });
});

describe("much of one thing stays in proportion", LIMIT, () => {
  test.for(MASSES)("$name", async (hostile) => {
    const parts = await built(hostile.files);
    checkAllThere(hostile.files, parts);
    check(hostile, parts);
  });
});

describe("values without end come to one", LIMIT, () => {
  test.for(CIRCLES)("$name", async (hostile) => {
    const parts = await built(hostile.files);
    check({ ...hostile, trouble: "any" }, parts);
  });
});
