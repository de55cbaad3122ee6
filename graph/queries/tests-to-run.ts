import type { GraphNode } from "../../models/graph.ts";
import type { TestFile } from "../../models/impact.ts";
import { byText } from "../order.ts";
import type { Reach } from "./reach.ts";

const MAX_TESTS_PER_FILE = 50;
const TEST_MARK = /^(?:test_|tests?$)|(?:[._-](?:test|spec|tests)|_test|Tests?)$/;
/** Names that say nothing: every folder has one. */
const EVERYWHERE = new Set(["index", "__init__", "mod", "main", "lib"]);

export interface TestsAsked {
  /** Test nodes among what is reached, and changed ones at distance 0. */
  nodes: readonly { node: GraphNode; distance: number }[];
  /** Changed paths. */
  changed: readonly string[];
  /** Paths of all test files. */
  testFiles: readonly string[];
}

/** Which tests to run, those nearest to the change first; where the graph knows none, those that are named after it. */
export function testsToRun(asked: TestsAsked): TestFile[] {
  const files = new Map<string, TestFile>();
  const changed = new Set(asked.changed);
  for (const path of asked.testFiles) {
    if (changed.has(path)) files.set(path, { path, distance: 0, by: "changed", tests: [] });
  }
  for (const { node, distance } of asked.nodes) {
    const by = changed.has(node.path) ? "changed" : "graph";
    const file = files.get(node.path) ?? { path: node.path, distance, by, tests: [] };
    files.set(node.path, file);
    file.distance = Math.min(file.distance, distance);
    if (node.type === "function" && file.tests.length < MAX_TESTS_PER_FILE) {
      file.tests.push({ id: node.id, name: titleOf(node), distance });
    }
  }
  for (const path of namedAfter(asked)) {
    if (!files.has(path)) files.set(path, { path, distance: 1, by: "name", tests: [] });
  }
  const order = { changed: 0, graph: 0, name: 1 };
  for (const file of files.values()) file.tests.sort((a, b) => a.distance - b.distance || byText(a.id, b.id));
  return [...files.values()].sort(
    (a, b) => order[a.by] - order[b.by] || a.distance - b.distance || byText(a.path, b.path),
  );
}

/** What a test runner calls a test: the title where it has no name. */
function titleOf({ name, docstring }: GraphNode): string {
  return name.startsWith("<") && docstring !== undefined ? docstring : name;
}

/** `user.test.ts`, `test_user.py`, `user_test.go` and `UserTest.java` beside a changed `user`. */
function namedAfter(asked: TestsAsked): string[] {
  const stems = new Set(asked.changed.map(topicOf).filter((stem) => !EVERYWHERE.has(stem)));
  return asked.testFiles.filter((path) => stems.has(topicOf(path)));
}

/** What a file is about by its name: `user` of `user.ts`, `user.test.ts`, `test_user.py` and `UserTest.java`. */
export function topicOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  let stem = dot <= 0 ? name : name.slice(0, dot);
  for (let last = ""; last !== stem; ) {
    last = stem;
    const bare = stem.replace(TEST_MARK, "");
    if (bare !== "") stem = bare;
  }
  return stem.toLowerCase();
}

/** Ids of reached nodes that are tests: they say so, stand in a test file, or a TESTS edge leaves them. */
export function reachedTests(
  reach: Reach,
  isTestId: (id: string) => boolean,
): { id: string; distance: number }[] {
  const found: { id: string; distance: number }[] = [];
  for (const { id, distance, edge, weak } of reach.reached.values()) {
    // Who only imports a changed file is reached by its imports, and to run it is cheap.
    if (edge.type === "TESTS" || isTestId(id)) found.push({ id, distance: weak ? distance + 1 : distance });
  }
  return found;
}
