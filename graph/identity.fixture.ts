/** Repositories to build graphs of: files that are here, commits of this repository's own history, and edits by dice. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { blobOf } from "./read.ts";
import { randomOf } from "./store.fixture.ts";

export type Files = ReadonlyMap<string, Uint8Array>;
/** Files with the names that git gives their contents. */
export type Commit = readonly { path: string; blob: string; text: Uint8Array }[];

const ROOT = join(import.meta.dirname, "..");
const CODE = /\.(py|[cm]?[jt]sx?|go|java|rs)$|(^|\/)(package\.json|tsconfig[^/]*\.json|go\.mod)$/;
/**
 * What changes often enough here, and is small enough to be built dozens of times, and by an isolate in one piece: larger
 * ones are resolved in several there, which may differ in edges and say so.
 */
const PLACES = ["models", "workers/store", "runner", "tsconfig.json"];

/** Our own sources, without most tests, and without what is installed or made. */
export function ownSources(): Files {
  const paths = globSync(["{models,graph,workers,pages}/**/*.{ts,tsx,py,mjs}", "*.json"], { cwd: ROOT });
  const files = paths
    .map((path) => path.split(sep).join("/"))
    .filter((path) => CODE.test(path) && !/[a-z]\.test\.ts$/.test(path));
  return new Map(files.sort().map((path) => [path, readFileSync(join(ROOT, path))]));
}

/** The first files of Python's standard library; none where there is no Python. */
export function pythonLibrary(count: number): Files {
  const folder = pythonFolder();
  if (folder === undefined) return new Map();
  const paths = globSync("{*,asyncio/*,collections/*,concurrent/**/*,email/*,json/*,unittest/*}.py", {
    cwd: folder,
  }).sort();
  return new Map(
    paths.slice(0, count).map((path) => [path.split(sep).join("/"), readFileSync(join(folder, path))]),
  );
}

function pythonFolder(): string | undefined {
  try {
    const ask = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    const folder = execFileSync("python3", ["-c", ask], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return existsSync(folder) && statSync(folder).isDirectory() ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Up to `count` commits in a row, oldest first; none where the history is not here. */
export function ownHistory(count: number): Commit[] {
  const texts = new Map<string, Uint8Array>();
  try {
    const hashes = git("log", "--first-parent", `-n${count}`, "--format=%H", "--reverse", "--", ...PLACES)
      .split("\n")
      .filter(Boolean);
    return hashes.map((hash) =>
      treeOf(hash).map(({ path, blob }) => {
        const text = texts.get(blob) ?? new Uint8Array(gitBytes("cat-file", "blob", blob));
        texts.set(blob, text);
        return { path, blob, text };
      }),
    );
  } catch {
    return [];
  }
}

function treeOf(hash: string): { path: string; blob: string }[] {
  const entries = git("ls-tree", "-r", "-z", hash, "--", ...PLACES)
    .split("\0")
    .filter(Boolean);
  return entries.flatMap((entry) => {
    const [, type, blob, path] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(entry) ?? [];
    return type === "blob" && path !== undefined && blob !== undefined && CODE.test(path)
      ? [{ path, blob }]
      : [];
  });
}

function gitBytes(...args: string[]): Buffer {
  return execFileSync("git", args, { cwd: ROOT, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
}

function git(...args: string[]): string {
  return gitBytes(...args).toString("utf8");
}

/** A history in which each commit does something careless to the one before. */
export async function dicedHistory(start: Files, commits: number, seed: number): Promise<Commit[]> {
  const random = randomOf(seed);
  const files = new Map([...start].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
  const history = [await commitOf(files)];
  while (history.length < commits) {
    for (let edits = 1 + random(3); edits > 0; edits--) edit(files, random);
    history.push(await commitOf(files));
  }
  return history;
}

function edit(files: Map<string, string>, random: (n: number) => number): void {
  const paths = [...files.keys()];
  const pick = () => paths[random(paths.length)] as string;
  const [one, other] = [pick(), pick()];
  const [text, otherText] = [files.get(one) as string, files.get(other) as string];
  const lines = text.split("\n");
  const at = random(lines.length);
  const edits = [
    () => files.set(one, lines.toSpliced(at, 1 + random(5)).join("\n")),
    () => files.set(one, lines.toSpliced(at, 0, ...otherText.split("\n").slice(0, 20)).join("\n")),
    () => files.set(one, otherText).set(other, text),
    () => files.set(one.replace(/([^/]*)$/, `moved_$1`), text) && files.delete(one),
    () => files.set(one.replace(/([^/]*)$/, `copy_$1`), text),
    () => files.size > 20 && files.delete(one),
    () => files.set(one, text.replaceAll("return", "await")),
    () => files.set(one, `${text}\n(((\n`),
  ];
  edits[random(edits.length)]?.();
}

async function commitOf(files: ReadonlyMap<string, string>): Promise<Commit> {
  const texts = [...files].map(([path, text]) => ({ path, text: new TextEncoder().encode(text) }));
  return Promise.all(texts.map(async ({ path, text }) => ({ path, text, blob: await blobOf(text) })));
}
