/** From a path as a log writes it to a file of the repository. */

/** The file of the repository that a written path means; undefined when it means none, or one of several. */
export type FindPath = (written: string) => string | undefined;

/** Where sandboxes keep the repository, whatever lies above. */
const WORKSPACE = /^.*\/workspace\//;
/** Installed packages, interpreters and standard libraries: nobody mends those in a pull request. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|\.pnpm|\.yarn|\.cargo\/registry|pkg\/mod|gems)\/|^(?:node|deno|bun|ext|native|internal)[:/]|^<|^\/rustc\/|\/lib(?:64)?\/(?:python|ruby|node|jvm)[\d./-]|^\/usr\/(?:lib|share|local\/(?:lib|go|share))\/|\/go(?:-?[\d.]+)?\/src\/(?:runtime|testing|net|internal|reflect|sync|os)\//;
const SCHEME = /^(?:file|https?|webpack(?:-internal)?|rsc|app):\/\//;

/** Whether a place lies outside of every repository. */
export function isForeign(written: string): boolean {
  return FOREIGN.test(plain(written));
}

/** Finds by the longest end that a written path and a file have in common. Of an empty list nothing is known: then paths stand as they are. */
export function pathFinder(paths: readonly string[]): FindPath {
  const known = new Set(paths);
  const byName = Map.groupBy(paths, nameOf);
  return (written) => {
    if (isForeign(written)) return undefined;
    const whole = plain(written);
    const path = whole.replace(WORKSPACE, "").replace(/^(?:\.?\/)+/, "");
    if (known.has(path) || known.size === 0) return path === "" ? undefined : path;
    const same = byName.get(nameOf(path)) ?? [];
    const end = longest(same.filter((file) => endsIn(whole, file)));
    if (end !== undefined) return end;
    if (whole.startsWith("/") && !SCHEME.test(written)) return undefined;
    const around = same.filter((file) => file.endsWith(`/${path}`));
    if (around.length > 0) return only(around);
    // A page's script is served from another folder than it lies in.
    return SCHEME.test(written) ? nearest(same, path) : undefined;
  };
}

/** Without scheme, host and query, with `/`. */
function plain(written: string): string {
  const path = written.replaceAll("\\", "/");
  const scheme = SCHEME.exec(path);
  if (scheme === null) return path;
  const rest = path.slice(scheme[0].length).replace(/[?#].*$/, "");
  return decoded(scheme[0] === "file://" ? rest : rest.replace(/^[^/]*/, "").replace(/^\/@fs(?=\/)/, ""));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Below the workspace a name alone is not enough: `dist/index.js` is not `index.js`. */
function endsIn(whole: string, file: string): boolean {
  return whole.endsWith(`/${file}`) && (file.includes("/") || !WORKSPACE.test(whole));
}

function longest(files: readonly string[]): string | undefined {
  return files.toSorted((a, b) => b.length - a.length)[0];
}

function only(files: readonly string[]): string | undefined {
  return files.length === 1 ? files[0] : undefined;
}

/** The file that shares most of the last folders with a path; undefined when two share as many. */
function nearest(files: readonly string[], path: string): string | undefined {
  const wanted = path.split("/").reverse();
  const shared = (file: string): number => {
    const own = file.split("/").reverse();
    const apart = own.findIndex((part, at) => part !== wanted[at]);
    return apart === -1 ? own.length : apart;
  };
  const most = Math.max(0, ...files.map(shared));
  return only(files.filter((file) => shared(file) === most));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
