/** The graph of a folder, as the command line builds it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { grammars } from "../../clients/grammars.ts";
import { build } from "../../graph/build.ts";
import { memoryGraphs } from "../../graph/memory.ts";
import { Parsers } from "../../graph/parse.ts";
import type { GraphReader } from "../../graph/store.ts";

const ID = "g_000000000001";

/** Reads and resolves the files of a folder. */
export async function graphOf(name: string, folder: string, paths: readonly string[]): Promise<GraphReader> {
  const parsers = await Parsers.open(grammars);
  const files = paths.map((path) => ({ path, bytes: () => readFileSync(join(folder, path)) }));
  const built = await build(files, { parsers });
  const store = memoryGraphs();
  const created_at = new Date().toISOString();
  await store.save({ id: ID, status: "ready", repository: { path: name, name }, created_at }, built.parts());
  parsers.close();
  const reader = await store.open(ID);
  if (reader === undefined) throw new Error(`Cannot open the graph of ${name}: it was not kept`);
  return reader;
}
