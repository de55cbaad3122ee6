import type { EncodingModule } from "../../graph/queries/tokens.ts";
import type { GraphReader, GraphStore } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import type { Around, Asker } from "../mcp/asker.ts";
import { analyze } from "./analyze.ts";
import { readFound } from "./files/found.ts";
import { git, headOf } from "./files/git.ts";
import { codeownersOf, historyOf } from "./files/history.ts";
import { findGraph, storeOf } from "./home.ts";
import { changedSince, warned } from "./stale.ts";

const MOST_OPENED = 2;

/** Asks the graphs on this disk, and the repositories that they are of. */
export function diskAsker(folder: string, store: GraphStore = storeOf()): Asker {
  /** Of the graphs asked last: an agent asks one many times, and to read a large one takes a while. */
  const opened = new Map<string, GraphReader>();
  /** As it was said last: what is worked out for a reader is kept with it. */
  const said = new WeakMap<GraphReader, { warning: string; reader: GraphReader }>();
  return {
    graphs: () => store.list(),
    async open(asked) {
      const info = await findGraph(store, asked, folder);
      const state = `${info.id} ${info.created_at}`;
      const reader = opened.get(state) ?? (await store.open(info.id));
      if (reader === undefined) throw new Error(`The graph ${info.id} went away while it was opened`);
      opened.delete(state);
      opened.set(state, reader);
      for (const eldest of opened.keys()) if (opened.size > MOST_OPENED) opened.delete(eldest);
      const warning = await changedSince(reader);
      if (warning === undefined) return reader;
      if (said.get(reader)?.warning !== warning)
        said.set(reader, { warning, reader: warned(reader, warning) });
      return said.get(reader)?.reader ?? reader;
    },
    around: aroundOf,
    analyze: async (path) => (await analyze(path ?? folder, { store })).info,
  };
}

function aroundOf(info: GraphInfo): Around {
  const root = info.repository.path;
  let reading: Promise<(path: string) => Promise<string | undefined>> | undefined;
  return {
    async source(path) {
      reading ??= readerOf(info);
      return (await reading)(path);
    },
    history: () => historyOf(root),
    codeowners: () => codeownersOf(root),
    encoding: async (name) => (await import(`gpt-tokenizer/encoding/${name}`)) as EncodingModule,
  };
}

/** Reads files as they were when the graph was made: from the disk while nothing moved, else from git's objects. */
async function readerOf(info: GraphInfo): Promise<(path: string) => Promise<string | undefined>> {
  const root = info.repository.path;
  const head = info.sha === undefined ? undefined : await headOf(root);
  const moved = head !== undefined && info["x-dirty"] !== true && (head.sha !== info.sha || head.dirty);
  if (!moved) return (path) => readText(root, path);
  return async (path) => (await git(root, "show", `${info.sha}:./${path}`))?.toString("utf8");
}

async function readText(root: string, path: string): Promise<string | undefined> {
  // A path in a store is data: it may not lead out of the repository.
  if (path.startsWith("/") || path.split("/").includes("..")) return undefined;
  try {
    return Buffer.from(await readFound(root, { path })).toString("utf8");
  } catch {
    return undefined;
  }
}
