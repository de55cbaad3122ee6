/** Who changed each definition last, as git knows it. */
import type { Part } from "../../../graph/store.ts";
import type { GraphNode } from "../../../models/graph.ts";
import { git } from "./git.ts";

type Blame = NonNullable<GraphNode["blame"]>;

const AT_ONCE = 4;
const HEADER = /^([0-9a-f]{40,64}) \d+ (\d+)/;
const UNCOMMITTED = /^0+$/;

/** The parts with the newest commit among the lines of each node. Lines that are not committed yet have none. */
export async function blamed(root: string, parts: readonly Part[]): Promise<Part[]> {
  const found = [...parts];
  for (let from = 0; from < parts.length; from += AT_ONCE)
    await Promise.all(
      parts.slice(from, from + AT_ONCE).map(async (part, nth) => {
        found[from + nth] = await blamedPart(root, part);
      }),
    );
  return found;
}

async function blamedPart(root: string, part: Part): Promise<Part> {
  if (part.path === "") return part;
  // A converter of the repository's own configuration would be a program that it makes us run.
  const output = await git(root, "blame", "--porcelain", "--no-textconv", "--", part.path);
  if (output === undefined) return part;
  const lines = blameLines(output.toString("utf8"));
  return { ...part, nodes: part.nodes.map((node) => withBlame(node, lines)) };
}

function withBlame(node: GraphNode, lines: readonly (Blame | undefined)[]): GraphNode {
  if (node.lines === undefined) return node;
  let newest: Blame | undefined;
  for (const blame of lines.slice(node.lines[0], node.lines[1] + 1))
    if (blame !== undefined && (newest === undefined || blame.at > newest.at)) newest = blame;
  return newest === undefined ? node : { ...node, blame: newest };
}

/** By line number, from 1. What is said of a commit comes with its first line only. */
export function blameLines(porcelain: string): (Blame | undefined)[] {
  const commits = new Map<string, Blame>();
  const lines: (Blame | undefined)[] = [];
  let current: Blame | undefined;
  for (const line of porcelain.split("\n")) {
    const [, commit, number] = HEADER.exec(line) ?? [];
    if (commit !== undefined) {
      current = commits.get(commit) ?? { author: "", commit, at: "" };
      commits.set(commit, current);
      lines[Number(number)] = UNCOMMITTED.test(commit) ? undefined : current;
    } else if (line.startsWith("author ") && current !== undefined) current.author = line.slice(7);
    else if (line.startsWith("author-time ") && current !== undefined)
      current.at = new Date(Number(line.slice(12)) * 1000).toISOString();
  }
  return lines;
}
