/**
 * What is kept of an uploaded archive: the files that count, one after another, and a list of them. So a later visit
 * reads what it lacks and nothing else, and a question gets the source of one file.
 */
import { z } from "zod";
import { MAX_FILE_BYTES } from "../../graph/parse.ts";
import { blobOf, safePath } from "../../graph/read.ts";
import { ObjectWriter, uploadKey } from "../store/uploads.ts";
import { ArchiveError, type Entry, entriesOf } from "./archive.ts";
import { LeftOut, type Listing, type Source, tooBig, type Wanted, WHY, wanted } from "./files.ts";

const List = z.object({
  files: z.array(
    z.object({ path: z.string(), blob: z.string(), size: z.int(), key: z.string(), from: z.int() }),
  ),
  warnings: z.array(z.string()),
});
type List = z.infer<typeof List>;
type Packed = List["files"][number];

/** What is read of the pack at once. */
const PIECE_BYTES = 4 << 20;
/** What stands in for the hash of a file whose content is not looked at. */
const NO_BLOB = "0".repeat(40);

export function openPack(env: Env, tenant: string, digest: string): Source {
  const key = (what: Parameters<typeof uploadKey>[2]) => uploadKey(tenant, digest, what);
  const places = new Map<string, Packed>();
  const one = async ({ path }: Wanted): Promise<Uint8Array> => {
    const packed = places.get(path);
    if (packed === undefined || packed.size > MAX_FILE_BYTES) return tooBig();
    if (packed.size === 0) return new Uint8Array(0);
    return read(env, key("files"), packed.from, packed.size);
  };
  return {
    one,
    async list(): Promise<Listing> {
      const kept = await env.ARTIFACTS.get(key("list"));
      const list = kept === null ? await unpack(env, key) : List.parse(await kept.json());
      for (const file of list.files) places.set(file.path, file);
      return list;
    },
    async many(files, take) {
      const inOrder = files.flatMap((file) => places.get(file.path) ?? []).sort((a, b) => a.from - b.from);
      let piece = new Uint8Array(0);
      let from = 0;
      for (const file of inOrder) {
        const size = file.size > MAX_FILE_BYTES ? 0 : file.size;
        if (file.from + size > from + piece.length) {
          from = file.from;
          piece = await read(env, key("files"), from, Math.max(size, PIECE_BYTES));
        }
        const bytes = piece.slice(file.from - from, file.from - from + size);
        if (!(await take(file, file.size > MAX_FILE_BYTES ? tooBig() : bytes))) return;
      }
    },
  };
}

async function read(env: Env, key: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const object = await env.ARTIFACTS.get(key, { range: { offset, length } });
  if (object === null) throw new Error("The files of this upload are gone. Send the archive again.");
  return new Uint8Array(await object.arrayBuffer());
}

type KeyOf = (what: "archive" | "files" | "list") => string;

/** Makes pack and list; the archive is not needed afterwards. */
async function unpack(env: Env, key: KeyOf): Promise<List> {
  const top = await topOf(await archive(env, key));
  const left = new LeftOut();
  const files = new Map<string, Packed>();
  const pack = new ObjectWriter(env.ARTIFACTS, key("files"));
  let from = 0;
  try {
    for await (const entry of entriesOf(await archive(env, key))) {
      const path = pathOf(entry, top, left);
      if (path === undefined || wanted(path, "", 0) === undefined) continue;
      if (files.has(path)) left.add(WHY.twice, path);
      const bytes = entry.size > MAX_FILE_BYTES ? undefined : await entry.bytes();
      const file = wanted(path, bytes === undefined ? NO_BLOB : await blobOf(bytes), entry.size) as Wanted;
      files.set(path, { ...file, from });
      if (bytes === undefined) continue;
      await pack.write(bytes);
      from += bytes.length;
    }
  } catch (error) {
    await pack.abort();
    throw error;
  }
  await pack.end();
  const list = { files: [...files.values()], warnings: left.words() };
  await env.ARTIFACTS.put(key("list"), JSON.stringify(list));
  await env.ARTIFACTS.delete(key("archive"));
  return list;
}

async function archive(env: Env, key: KeyOf): Promise<ReadableStream<Uint8Array>> {
  const object = await env.ARTIFACTS.get(key("archive"));
  if (object === null) throw new ArchiveError("it is no longer kept: send it again");
  return object.body;
}

/** The one folder that everything is in, with its slash; "" when there is none. */
async function topOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let top: string | undefined;
  for await (const { name, type } of entriesOf(stream)) {
    const clean = name.replace(/^(\.\/)+/, "");
    if (type === "pax-global-header") continue;
    // `tar -C folder .` says itself where the root is: its only folder may be a package, whose name counts.
    if (clean === "") return "";
    const slash = clean.indexOf("/");
    if (slash === -1 && type === "directory") continue;
    const first = clean.slice(0, slash + 1);
    if (first === "" || (top !== undefined && top !== first)) return "";
    top = first;
  }
  return top ?? "";
}

function pathOf({ name, type }: Entry, top: string, left: LeftOut): string | undefined {
  if (type === "directory" || type.startsWith("pax")) return undefined;
  const clean = name.replace(/^(\.\/)+/, "");
  const path = clean.startsWith(top) ? clean.slice(top.length) : clean;
  if (type === "symlink" || type === "link") {
    left.add(WHY.symlink, shown(path));
    return undefined;
  }
  const safe = safePath(path);
  // A path that is written in a roundabout way could be a second name of another file.
  if (safe !== path) left.add(WHY.path, shown(path));
  else if (type === "file") return safe;
  return undefined;
}

function shown(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
