/**
 * Lays exactly one commit into the sandbox. An archive may leave files out (export-ignore) or fill them in
 * (export-subst), which would let a change hide a failing test; so the git tree of what was laid is compared with
 * the commit's, and what differs is fetched file by file.
 */
import type { SourceEntry } from "../../models/sandbox.ts";
import { archiveOf, listTree, readBlob, type TreeEntry } from "../providers/github/index.ts";
import type { LiveLog } from "./live-log.ts";
import type { Work } from "./visit.ts";

/** More files than this are not fetched one by one. */
const MOST_FILES = 500;
/** Files in one request to the sandbox. */
const AT_ONCE = 25;
const GITLINK = "160000";

export type Checkout = { files: number } | { difference: string };

/** @param tree the commit's git tree */
export async function checkout(work: Work, sha: string, tree: string, log: LiveLog): Promise<Checkout> {
  const { vars, repo, sandbox } = work;
  const laid = await sandbox.putArchive(await archiveOf(vars, repo, sha));
  if (laid.tree_sha === tree) return { files: laid.files };
  const wanted = await listTree(vars, repo, tree);
  const again = await sandbox.putArchive(await archiveOf(vars, repo, sha), true);
  const missing = differing(wanted, again.entries ?? []);
  await log.say(
    `# the archive is not the whole commit (.gitattributes, submodules): ${missing.length} files fetched one by one`,
  );
  if (missing.length > MOST_FILES)
    return { difference: `${missing.length} files, the most that are fetched are ${MOST_FILES}` };
  const fetched = await fetchAll(work, missing);
  const left = differing(wanted, [...(again.entries ?? []), ...fetched]);
  if (left.length > 0) return { difference: left.map((entry) => entry.path).join(", ") };
  const links = wanted.filter((entry) => entry.mode === GITLINK).map((entry) => entry.path);
  if (links.length > 0)
    await log.say(`# submodules are left empty, as a plain checkout leaves them: ${links.join(", ")}`);
  return { files: new Set([...(again.entries ?? []), ...fetched].map((entry) => entry.path)).size };
}

/** The files that are not there as the tree has them; of two entries of one path the later one counts. */
export function differing(wanted: readonly TreeEntry[], there: readonly SourceEntry[]): TreeEntry[] {
  const have = new Map(there.map(({ path, mode, sha }) => [path, `${mode} ${sha}`]));
  return wanted.filter(({ path, mode, sha }) => mode !== GITLINK && have.get(path) !== `${mode} ${sha}`);
}

async function fetchAll(
  { vars, repo, sandbox }: Work,
  missing: readonly TreeEntry[],
): Promise<SourceEntry[]> {
  const laid: SourceEntry[] = [];
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const files = await Promise.all(
      missing.slice(from, from + AT_ONCE).map(async ({ path, mode, sha }) => ({
        path,
        mode: mode as SourceEntry["mode"],
        base64: await readBlob(vars, repo, sha),
      })),
    );
    // Their hashes come from the host that wrote them: what was laid is compared, not what was sent.
    laid.push(...((await sandbox.putSources({ files })).entries ?? []));
  }
  return laid;
}
