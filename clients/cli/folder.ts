import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { baseParts, chosen, gather, joined, readerOf } from "../../graph/memory.ts";
import type { GraphStore, Part } from "../../graph/store.ts";
import { GraphInfo } from "../../models/graph.ts";
import { Failure } from "./failure.ts";

/** A graph as it is read from its file. */
interface Kept {
  info: GraphInfo;
  parts: Part[];
}

const END = "\n]}\n";
/** Longest first line of a graph's file: what is known of the graph without its parts. */
const LONGEST_INFO = 1 << 22;
const FILES_AT_ONCE = 32;

/** Keeps graphs as JSON, one file each, and facts beside them. Two processes may use the same folder. */
export function folderGraphs(folder: string): GraphStore {
  const fileOf = (id: string) => join(folder, "graphs", `${nameOf(id)}.json`);
  return {
    async save(info, parts, base) {
      const fresh = await gather(parts);
      const found = base && (await readGraph(fileOf(base.id)));
      const old = base === undefined ? [] : baseParts(found, info, base);
      await writeGraph(fileOf(info.id), {
        info: { ...info, status: "ready" },
        parts: joined(fresh, old, base),
      });
    },
    async open(id) {
      const found = await readGraph(fileOf(id));
      return found && readerOf(found.info, found.parts);
    },
    list: (filter) => listGraphs(join(folder, "graphs"), filter),
    async remove(id) {
      return rm(fileOf(id)).then(
        () => true,
        (error) => missing(error) ?? false,
      );
    },
    async facts(keys) {
      const found = new Map<string, Uint8Array>();
      await inGroups([...new Set(keys)], async (key) => {
        const bytes = await readFile(factsFile(folder, key)).catch(missing);
        if (bytes !== undefined) found.set(key, new Uint8Array(bytes));
      });
      return found;
    },
    async keepFacts(facts) {
      await inGroups([...facts], ([key, bytes]) =>
        writeWhole(factsFile(folder, key), (file) => file.writeFile(bytes)),
      );
    },
  };
}

/** Ids of ours name their file; any other is hashed, since it may hold anything, `/` and `..` included. */
function nameOf(id: string): string {
  return /^g_[0-9a-z]{1,40}$/.test(id) ? id : `x_${sha256(id)}`;
}

function factsFile(folder: string, key: string): string {
  const name = sha256(key);
  return join(folder, "facts", name.slice(0, 2), name.slice(2));
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf16le").digest("hex");
}

/** The graph's information is the first line, so that a list need not read the rest. */
async function writeGraph(path: string, { info, parts }: Kept): Promise<void> {
  await writeWhole(path, async (file) => {
    await file.write(`{"info":${JSON.stringify(info)},"parts":[\n`);
    for (const [nth, part] of parts.entries()) {
      const words = part.words.map((counts) => [...counts]);
      await file.write(`${nth === 0 ? "" : ",\n"}${JSON.stringify({ ...part, words })}`);
    }
    await file.write(END);
  });
}

/** Makes a folder step by step: where it cannot be made, the recursive way of Node may try for ever. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw noHome(folder, error);
    await makeFolder(dirname(folder));
    await mkdir(folder).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== "EEXIST") throw noHome(folder, again);
    });
  }
}

function noHome(folder: string, cause: unknown): Failure {
  return new Failure(
    "usage",
    `Cannot keep graphs in ${folder}: set TIDEGATE_HOME to a folder that can be written`,
    cause,
  );
}

/** Nobody ever sees half a file: it gets its name when it is whole. */
async function writeWhole(path: string, write: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  await makeFolder(dirname(path));
  const file = await open(draft, "wx");
  try {
    try {
      await write(file);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readGraph(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, "utf8").catch(missing);
  if (text === undefined) return undefined;
  try {
    const { info, parts } = JSON.parse(text) as { info: unknown; parts: WrittenPart[] };
    return { info: GraphInfo.parse(info), parts: parts.map(readPart) };
  } catch (cause) {
    throw new Error(damaged(path), { cause });
  }
}

type WrittenPart = Omit<Part, "words"> & { words: [string, number][][] };

function readPart(part: WrittenPart): Part {
  return { ...part, words: part.words.map((counts) => new Map(counts)) };
}

function damaged(path: string): string {
  return `The graph in ${path} is damaged. Delete this file and analyze the repository again.`;
}

async function listGraphs(folder: string, filter: Parameters<typeof chosen>[1] = {}): Promise<GraphInfo[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR" || error.code === "EACCES") throw noHome(folder, error);
    return missing(error);
  });
  const infos: GraphInfo[] = [];
  await inGroups(
    (names ?? []).filter((name) => name.endsWith(".json")),
    async (name) => {
      const path = join(folder, name);
      const info = await readInfo(path).catch(() => warningOf(path, name));
      // A file that went away since it was listed is no damage.
      if (info !== undefined) infos.push(info);
    },
  );
  return chosen(infos, filter);
}

async function readInfo(path: string): Promise<GraphInfo | undefined> {
  const file = await open(path).catch(missing);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const end = await file.read(Buffer.alloc(END.length), 0, END.length, Math.max(0, size - END.length));
    if (end.buffer.toString() !== END) throw new Error("It ends too early.");
    return GraphInfo.parse(JSON.parse(`${await firstLine(file)}]}`).info);
  } finally {
    await file.close();
  }
}

async function firstLine(file: FileHandle): Promise<string> {
  for (let length = 1 << 14; length <= LONGEST_INFO; length *= 4) {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    const end = buffer.indexOf(10);
    if (end !== -1) return buffer.toString("utf8", 0, end);
  }
  throw new Error("Its first line has no end.");
}

/** Stands in a list for a file that cannot be read. */
function warningOf(path: string, name: string): GraphInfo {
  const message = damaged(path);
  return {
    id: name.slice(0, -".json".length),
    repository: { path: "", name: "" },
    status: "failed",
    created_at: "",
    error: message,
    warnings: [message],
  };
}

/** For `catch`: what is not there is undefined, any other trouble is thrown. */
function missing(error: unknown): undefined {
  const { code } = error as { code?: string };
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}

/** Not all at once: the number of files that a process may hold open is small. */
async function inGroups<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += FILES_AT_ONCE) {
    await Promise.all(items.slice(from, from + FILES_AT_ONCE).map(act));
  }
}
