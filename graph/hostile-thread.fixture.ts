/** A thread that builds graphs of hostile repositories: one that hangs or takes all memory can be ended from outside. */
import { parentPort } from "node:worker_threads";
import { grammars } from "../clients/grammars.ts";
import { build } from "./build.ts";
import { Parsers } from "./parse.ts";
import type { Part } from "./store.ts";

export interface Order {
  files: Record<string, string | Uint8Array>;
  frugal: boolean;
}

export interface Reply {
  parts: Part[];
  warnings: string[];
  error?: string;
}

const parsers = await Parsers.open(grammars);

parentPort?.on("message", async (order: Order) => {
  try {
    parentPort?.postMessage(await built(order));
  } catch (error) {
    const reply: Reply = { parts: [], warnings: [], error: (error as Error).stack ?? String(error) };
    parentPort?.postMessage(reply);
  }
});

async function built({ files, frugal }: Order): Promise<Reply> {
  const sources = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: () => (typeof text === "string" ? new TextEncoder().encode(text) : text),
  }));
  const { parts, warnings } = await build(sources, { parsers, frugal });
  return { parts: [...parts()], warnings };
}
