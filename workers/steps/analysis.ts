/**
 * Makes a graph, in visits: what is read of a file is kept at once, so that a visit that was cut short has lost nothing,
 * and the next one goes on where it ended. When all files are known the graph is resolved and saved in one go.
 */
import { build, type FactsKept, type SourceFile } from "../../graph/build.ts";
import type { GraphStore } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import type { GraphOrder } from "../../models/graph-order.ts";
import { parsersOf } from "../grammars.ts";
import { knownFacts } from "../store/graph-known.ts";
import { d1Graphs } from "../store/graphs.ts";
import { ownersIn, type Source, type Wanted } from "./files.ts";
import { readUnknown } from "./read-files.ts";
import { sourceOf } from "./sources.ts";

/** How long a visit reads before it asks to come again, in ms. */
const VISIT_MS = 20_000;

export interface Analysis {
  env: Env;
  order: GraphOrder;
  info: GraphInfo;
  /** When the first visit began. */
  started_at: number;
  /** Says how far it is; from now on for two minutes nobody else takes the job. */
  say(status: GraphInfo["status"], done: number, total: number): Promise<void>;
}

/** One visit. The graph when it is ready; null when another visit is needed. */
export async function analyzeInVisits(analysis: Analysis): Promise<GraphInfo | null> {
  const { env, order } = analysis;
  const until = Date.now() + VISIT_MS;
  const store = d1Graphs(env.DB, { tenant: order.tenant });
  const source = sourceOf(env, order);
  await analysis.say("reading", 0, 0);
  const { files, warnings } = await source.list();
  if (files.length === 0)
    throw new NothingToRead("None of its files is in a language that is read: see /api/v1/capabilities");
  const known = await knownFacts(env.DB, order.tenant, [...new Set(files.map(({ key }) => key))]);
  const unknown = files.filter(({ key }) => !known.has(key));
  const fresh = new Map<string, Uint8Array>();
  const before = files.length - unknown.length;
  await analysis.say("reading", before, files.length);
  const finished = await readUnknown(source, unknown, {
    store,
    fresh,
    until,
    progress: (done) => analysis.say("reading", before + done, files.length),
  });
  if (!finished) return null;
  return resolveAndSave(analysis, { files, warnings, source, store, fresh });
}

/** There is nothing that a graph could be made of. */
export class NothingToRead extends Error {}

interface Gathered {
  files: Wanted[];
  warnings: string[];
  source: Source;
  store: GraphStore;
  /** What was read in this visit. */
  fresh: Map<string, Uint8Array>;
}

async function resolveAndSave(analysis: Analysis, gathered: Gathered): Promise<GraphInfo> {
  const { files, fresh, store } = gathered;
  const kept = over(fresh, store);
  await analysis.say("resolving", 0, files.length);
  const built = await build(sourceFiles(gathered, kept), {
    parsers: await parsersOf(),
    kept,
    total: files.length,
    frugal: true,
  });
  await analysis.say("saving", 0, files.length);
  const owners = ownersIn(files);
  // The numbers are known when the last part was taken; they are asked for as the graph is published.
  const info: GraphInfo = {
    ...analysis.info,
    status: "ready",
    get stats() {
      return built.stats();
    },
    get duration_ms() {
      return Date.now() - analysis.started_at;
    },
    warnings: [...built.warnings, ...gathered.warnings],
    ...(owners !== undefined && { "x-codeowners": owners.key }),
  };
  delete info.progress;
  delete info.error;
  await store.save(info, built.parts());
  return { ...info };
}

/** What was read just now before what the database keeps. */
function over(fresh: Map<string, Uint8Array>, store: FactsKept): FactsKept {
  return {
    async facts(keys) {
      const found = new Map<string, Uint8Array>();
      for (const key of keys) {
        const bytes = fresh.get(key);
        if (bytes !== undefined) found.set(key, bytes);
      }
      const others = keys.filter((key) => !found.has(key));
      if (others.length > 0) for (const [key, bytes] of await store.facts(others)) found.set(key, bytes);
      return found;
    },
    keepFacts: (facts) => store.keepFacts(facts),
  };
}

/** Files as the builder takes them. What is known of code it asks for itself; the text of the others is at hand. */
async function* sourceFiles({ files, source }: Gathered, kept: FactsKept): AsyncGenerator<SourceFile> {
  for (const file of files) {
    const { path, blob } = file;
    const bytes = async () => (await kept.facts([file.key])).get(file.key) ?? source.one(file);
    yield { path, blob, bytes };
  }
}
