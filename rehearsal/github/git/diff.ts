/** What changed between two commits, file by file, as GitHub tells it. */
import { gitBytes } from "./run.ts";

export type FileChange = {
  sha: string;
  filename: string;
  previous: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  additions: number;
  deletions: number;
  /** Null for binary files and pure renames. */
  patch: string | null;
};

const STATUS: Record<string, FileChange["status"]> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** The tree that has nothing: what a root commit is compared with. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Files that differ between two commits or trees. */
export async function diff(dir: string, before: string, after: string): Promise<FileChange[]> {
  const common = ["diff", "-M", "--no-color", "--no-ext-diff", "--full-index"];
  const raw = (await gitBytes(dir, [...common, "--raw", "-z", "--abbrev=40", before, after])).toString();
  if (raw === "") return [];
  const counts = (await gitBytes(dir, [...common, "--numstat", "-z", before, after])).toString();
  const patches = patchesIn((await gitBytes(dir, [...common, "-p", before, after])).toString());
  const sizes = sizesIn(counts);
  return changesIn(raw).map((change, i) => ({
    ...change,
    ...(sizes[i] ?? NO_SIZE),
    patch: patches[i] ?? null,
  }));
}

const NO_SIZE = { additions: 0, deletions: 0 };

type Change = Pick<FileChange, "sha" | "filename" | "previous" | "status">;

function changesIn(raw: string): Change[] {
  const parts = raw.split("\0").filter((part) => part !== "");
  const changes: Change[] = [];
  for (let i = 0; i < parts.length; ) {
    const [, , before = "", after = "", code = "M"] = (parts[i] ?? "").split(" ");
    const status = STATUS[code.charAt(0)] ?? "modified";
    const moved = status === "renamed" || status === "copied";
    const filename = parts[i + (moved ? 2 : 1)] ?? "";
    const previous = moved ? (parts[i + 1] ?? null) : null;
    changes.push({ sha: status === "removed" ? before : after, filename, previous, status });
    i += moved ? 3 : 2;
  }
  return changes;
}

/** `adds TAB dels TAB name`; a renamed file has an empty name and two more parts. */
function sizesIn(counts: string): { additions: number; deletions: number }[] {
  const parts = counts.split("\0");
  const sizes: { additions: number; deletions: number }[] = [];
  for (let i = 0; i < parts.length - 1; i += 1) {
    const [adds, dels, name] = (parts[i] ?? "").split("\t");
    sizes.push({ additions: Number(adds) || 0, deletions: Number(dels) || 0 });
    if (name === "") i += 2;
  }
  return sizes;
}

function patchesIn(text: string): (string | null)[] {
  return text
    .split(/^diff --git /m)
    .slice(1)
    .map((section) => {
      const at = section.search(/^@@ /m);
      return at === -1 ? null : section.slice(at).replace(/\n$/, "");
    });
}
