/** Real code that a fresh machine has: files in order, until there are enough lines. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

export interface File {
  path: string;
  blob: string;
  bytes: Uint8Array;
}

export interface Corpus {
  name: string;
  /** What it is of, and which version. */
  origin: string;
  lines: number;
  files: File[];
}

const ROOT = join(import.meta.dirname, "..", "..");
/** Larger files are data or bundles. */
const LARGEST = 400_000;

/** Python's own library in these sizes, and TypeScript and JavaScript of the packages that are installed here. */
export function corporaOf(sizes: readonly number[]): { corpora: Corpus[]; absent: string[] } {
  const absent: string[] = [];
  const corpora = [pythonFiles(), packageFiles()].flatMap(({ name, origin, files }) => {
    if (files.length === 0) absent.push(`${name}: ${origin}`);
    return sizes.flatMap((size) => taken(name, origin, files, size, absent));
  });
  return { corpora, absent };
}

interface Source {
  name: string;
  origin: string;
  /** Where each file is, and what it is called in the corpus. */
  files: { path: string; from: string }[];
}

function taken(
  name: string,
  origin: string,
  from: Source["files"],
  size: number,
  absent: string[],
): Corpus[] {
  const files: File[] = [];
  let lines = 0;
  for (const { path, from: place } of from) {
    if (lines >= size) break;
    const bytes = readFileSync(place);
    files.push({ path, bytes, blob: blobOf(bytes) });
    lines += linesOf(bytes);
  }
  if (from.length === 0) return [];
  if (lines < size * 0.9) {
    absent.push(`${name} ${size / 1000}k: there are only ${lines} lines here`);
    return [];
  }
  return [{ name: `${name} ${Math.round(size / 1000)}k`, origin, lines, files }];
}

function pythonFiles(): Source {
  try {
    const ask = "import sys, sysconfig; print(sysconfig.get_path('stdlib'), sys.version.split()[0])";
    const told = execFileSync("python3", ["-c", ask], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [folder = "", version = ""] = told.trim().split(" ");
    // Its tests are as large as itself and come last.
    const rank = (path: string) => (/(^|\/)(test|tests|idlelib|lib2to3)\//.test(path) ? 1 : 0);
    const paths = globSync("**/*.py", { cwd: folder, exclude: ["site-packages", "dist-packages"] })
      .map((path) => path.split(sep).join("/"))
      .sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
    return { name: "Python", origin: `library of Python ${version}`, files: fitting(folder, paths) };
  } catch {
    return { name: "Python", origin: "there is no python3 on this machine", files: [] };
  }
}

/** Sources and built modules, but neither declarations nor bundles. */
function packageFiles(): Source {
  const folder = join(ROOT, "node_modules");
  const paths = globSync("**/*.{ts,tsx,js,mjs,cjs}", { cwd: folder, exclude: ["**/.bin", "**/.vite*"] })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !/\.d\.[cm]?ts$|\.min\.|(^|\/)(umd|bundle[sd]?)\//.test(path))
    .sort(
      (one, other) => Number(/\.tsx?$/.test(other)) - Number(/\.tsx?$/.test(one)) || (one < other ? -1 : 1),
    );
  const lock = createHash("sha1")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  return {
    name: "TypeScript/JavaScript",
    origin: `packages of lock file ${lock.slice(0, 8)}`,
    files: fitting(folder, paths),
  };
}

function fitting(folder: string, paths: readonly string[]): Source["files"] {
  return paths
    .map((path) => ({ path, from: join(folder, path) }))
    .filter(({ from }) => existsSync(from) && statSync(from).size <= LARGEST);
}

/** Git's name of a blob. */
export function blobOf(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function linesOf(bytes: Uint8Array): number {
  let lines = 1;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Puts a corpus into a folder, for programs that read folders. */
export function layOut(corpus: Corpus, folder: string): void {
  for (const { path, bytes } of corpus.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
