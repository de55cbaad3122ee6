/**
 * Where the languages of this host live. Commands get a PATH on which they are found; bubblewrap also needs
 * the folders, for what lies outside the system's own (a home's pyenv, nvm or rustup).
 */
import { execFile } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const SYSTEM = /^\/(usr|bin|sbin|lib|lib32|lib64|libx32|opt)(\/|$)/;

/** True below the folders that every sandbox sees. */
export function isSystem(path: string): boolean {
  return SYSTEM.test(path);
}

/** What to ask each one for the folder it was installed into; without a question, the folder above its bin. */
const QUESTIONS: Record<string, { ask: string[]; up: number } | null> = {
  node: { ask: ["-p", "process.execPath"], up: 2 },
  python3: { ask: ["-c", "import sys; print(sys.base_prefix)"], up: 0 },
  go: { ask: ["env", "GOROOT"], up: 0 },
  rustc: { ask: ["--print", "sysroot"], up: 0 },
  java: null,
  git: null,
  ruby: null,
  php: null,
  dotnet: null,
  deno: null,
  bun: null,
  uv: null,
};

export type Toolchains = { path: string[]; folders: string[] };

/** Asks every language of the table where it lives. Those which are not installed are left out. */
export async function findToolchains(hostPath = process.env.PATH ?? ""): Promise<Toolchains> {
  const entries = hostPath.split(delimiter).filter((entry) => entry.startsWith("/") && !isOurs(entry));
  const located = await Promise.all(Object.keys(QUESTIONS).map((program) => locate(program, entries)));
  // In the host's order: its python3 may be another one than the system's, which lies beside git.
  const found = located.filter((one) => one !== null).sort((a, b) => a.rank - b.rank);
  const path = found.map((one) => one.bin);
  const folders = found.flatMap((one) => one.folder ?? []);
  return { path: [...new Set([...path, ...SYSTEM_PATH])], folders: [...new Set(folders)] };
}

/** Our own packages must not be on the PATH of the code under test: it would find our vitest before its own. */
export function isOurs(entry: string): boolean {
  return entry.endsWith("node_modules/.bin") || entry.includes("node-gyp-bin");
}

type Located = { rank: number; bin: string; folder: string | null };

async function locate(program: string, entries: readonly string[]): Promise<Located | null> {
  const rank = entries.findIndex((folder) => existsSync(join(folder, program)));
  const entry = entries[rank];
  if (entry === undefined) return null;
  if (isSystem(entry)) return { rank, bin: entry, folder: null };
  const prefix = await prefixOf(program, join(entry, program));
  if (prefix === null) return null;
  if (isSystem(prefix)) return { rank, bin: join(prefix, "bin"), folder: null };
  if (narrow(prefix)) return { rank, bin: join(prefix, "bin"), folder: prefix };
  // Its folder is the home itself or holds other things of the owner's: show the program alone.
  const file = realpathSync(join(entry, program));
  return { rank, bin: dirname(file), folder: file };
}

async function prefixOf(program: string, file: string): Promise<string | null> {
  const question = QUESTIONS[program];
  try {
    if (!question) return dirname(dirname(realpathSync(file)));
    const { stdout } = await run(file, question.ask, { timeout: 10_000 });
    let prefix = realpathSync(stdout.trim());
    for (let step = 0; step < question.up; step++) prefix = dirname(prefix);
    return prefix;
  } catch {
    return null; // A shim without a version behind it: as good as not installed.
  }
}

/** True for a folder that holds one toolchain and nothing else of its owner's. */
export function narrow(prefix: string): boolean {
  if (prefix === "/" || `${homedir()}/`.startsWith(`${prefix}/`)) return false;
  if (basename(prefix) === ".local" || basename(prefix) === ".cargo") return false;
  return statSync(prefix).isDirectory() && existsSync(join(prefix, "bin"));
}
