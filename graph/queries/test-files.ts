import type { GraphNode } from "../../models/graph.ts";

/** As pytest, unittest, Go, Jest, Vitest, Mocha, JUnit and Cargo name their files and folders. */
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|(?:^|\/)(?:test_[^/]*|conftest)\.py$|_test\.(?:py|go)$|[._-](?:test|spec)\.[cm]?[jt]sx?$|Tests?\.java$/;

/** Whether a file is a test or serves tests only: it says so, or its path does. */
export function isTestFile(file: GraphNode): boolean {
  return file["x-test"] === true || TEST_PATH.test(file.path);
}
