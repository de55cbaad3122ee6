import type { ReadSource } from "../../graph/queries/context-source.ts";
import type { LoadEncoding } from "../../graph/queries/tokens.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import type { Commit } from "../../models/questions.ts";

/** Where questions go: graphs on this disk for the command, graphs in D1 for the Worker. */
export interface Asker {
  /** Newest first. */
  graphs(): Promise<GraphInfo[]>;
  /**
   * A graph by its id, the beginning of its id, the name or the folder of its repository; without any of them the
   * one that is meant here.
   *
   * @throws {QuestionError} when nothing or more than one thing fits
   */
  open(graph?: string): Promise<GraphReader>;
  /** What is known of a graph's repository beside the graph. */
  around(info: GraphInfo): Around;
  /** Makes a graph. Absent where there is no disk to read from. */
  analyze?(path: string | undefined): Promise<GraphInfo>;
}

/** Each is asked only when it is needed, and may be missing. */
export interface Around {
  /** Text of a file of the graph's commit. */
  source?: ReadSource;
  /** Commits, newest first. */
  history?(): Promise<Commit[]>;
  codeowners?(): Promise<string | undefined>;
  encoding?: LoadEncoding;
}

/** Path -> how many files changed after it. */
export function recencyOf(history: readonly Commit[]): Map<string, number> {
  const recency = new Map<string, number>();
  for (const { files } of history)
    for (const path of files) if (!recency.has(path)) recency.set(path, recency.size);
  return recency;
}
