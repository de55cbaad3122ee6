/** Where the files of a graph come from. */

import { MAX_FILE_BYTES } from "../../graph/parse.ts";
import { safePath } from "../../graph/read.ts";
import type { GraphOrder } from "../../models/graph-order.ts";
import { fromBase64 } from "../base64.ts";
import { archiveOf, listTree, type Repo, readBlob, treeOf } from "../providers/github/index.ts";
import { varsOf } from "../vars.ts";
import { entriesOf } from "./archive.ts";
import { LeftOut, type Source, tooBig, type Wanted, WHY, wanted } from "./files.ts";
import { openPack } from "./pack.ts";

export function sourceOf(env: Env, { source, sha, tenant }: GraphOrder): Source {
  if (source.kind === "upload") return openPack(env, tenant, source.digest);
  return github(env, source, sha ?? "HEAD");
}

const SYMLINK = "120000";
const GITLINK = "160000";

function github(env: Env, repo: Repo, sha: string): Source {
  const vars = varsOf(env);
  const one = async ({ blob, size }: Wanted) =>
    size > MAX_FILE_BYTES ? tooBig() : fromBase64(await readBlob(vars, repo, blob));
  return {
    one,
    async list() {
      const left = new LeftOut();
      const files: Wanted[] = [];
      for (const { path, mode, sha: blob, size = 0 } of await listTree(
        vars,
        repo,
        await treeOf(vars, repo, sha),
      )) {
        const why = mode === SYMLINK ? WHY.symlink : mode === GITLINK ? WHY.submodule : undefined;
        const safe = safePath(path);
        if (why !== undefined) left.add(why, path);
        else if (safe !== path) left.add(WHY.path, JSON.stringify(path));
        else files.push(...([wanted(path, blob, size)].filter((file) => file !== undefined) as Wanted[]));
      }
      return { files, warnings: left.words() };
    },
    async many(files, take) {
      const byPath = new Map(files.map((file) => [file.path, file]));
      for await (const entry of entriesOf(await archiveOf(vars, repo, sha))) {
        const path = entry.name.slice(entry.name.indexOf("/") + 1);
        const file = entry.type === "file" ? byPath.get(path) : undefined;
        if (file === undefined) continue;
        byPath.delete(path);
        const bytes = entry.size > MAX_FILE_BYTES ? tooBig() : await entry.bytes();
        if (!(await take(file, bytes))) return;
        if (byPath.size === 0) return;
      }
    },
  };
}
