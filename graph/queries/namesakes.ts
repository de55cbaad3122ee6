/** Files that tests are named after: what convention says is tested, where no call says it. */
import { folderOf } from "../folder.ts";
import { topicOf } from "./tests-to-run.ts";

/** Names that every folder has. */
const EVERYWHERE = new Set(["index", "__init__", "mod", "main", "lib", "test", "tests", "spec"]);
/** What the name of a folder that is tested is worth against that of the file itself: `test_json/` of `json/`. */
const FOLDER = 0.5;

/** Paths -> how clearly tests are named after them, 0 to 1. Of files with one name those that lie alike are meant. */
export function namesakes(tests: readonly string[], files: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  const byStem = Map.groupBy(files, topicOf);
  const byFolder = Map.groupBy(files, (path) => lastOf(folderOf(path)));
  for (const test of new Set(tests)) {
    const stem = topicOf(test);
    const same = EVERYWHERE.has(stem) ? [] : (byStem.get(stem) ?? []);
    for (const path of alike(same, test)) raise(found, path, 1);
    const folder = lastOf(folderOf(test));
    // A folder of tests says so in its name; any other lies beside all kinds of files.
    const inside = topicOf(folder) === folder ? [] : (byFolder.get(topicOf(folder)) ?? []);
    for (const path of inside) raise(found, path, FOLDER);
    // Tests of a package are named after it as well.
    for (const path of EVERYWHERE.has(stem) ? [] : (byFolder.get(stem) ?? [])) raise(found, path, FOLDER);
  }
  return found;
}

function raise(found: Map<string, number>, path: string, clearness: number): void {
  found.set(path, Math.max(clearness, found.get(path) ?? 0));
}

/** Those that share most folders with the test. */
function alike(files: readonly string[], test: string): string[] {
  const own = new Set(folderOf(test).split("/"));
  const shared = (path: string): number =>
    folderOf(path)
      .split("/")
      .filter((part) => own.has(part)).length;
  const most = Math.max(0, ...files.map(shared));
  return files.filter((path) => shared(path) === most);
}

function lastOf(folder: string): string {
  return folder.slice(folder.lastIndexOf("/") + 1).toLowerCase();
}
