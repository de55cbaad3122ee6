/**
 * `npm run lock`: completes package-lock.json after `npm install`. A registry mirror may not have the packages of
 * other platforms; npm then leaves them out of the lock file, and `npm ci` refuses it everywhere.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const LOCK = new URL("package-lock.json", import.meta.url);
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|sunos|win32|windows)[-_](arm64|arm|x64|ia32|64|ppc64|riscv64|s390x|loong64|mips64el)/;

/** Optional packages that the lock file names as dependencies but does not list: [name, version, of a dev tool]. */
export function missingFrom(lock) {
  const listed = new Set(Object.keys(lock.packages).map((path) => path.split("node_modules/").at(-1)));
  return Object.values(lock.packages).flatMap(({ optionalDependencies = {}, dev = false }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !listed.has(name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/** The same lock file with an entry for each of them, which npm skips on every platform but theirs. */
export function completed(lock) {
  const packages = { ...lock.packages };
  for (const { name, version, dev } of missingFrom(lock)) {
    const [, os = "", cpu = ""] = name.match(PLATFORM) ?? [];
    packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu === "64" ? "x64" : cpu] }),
      ...(dev && { dev }),
      ...(name.includes("musl") && { libc: ["musl"] }),
      optional: true,
      ...(os && { os: [os === "windows" ? "win32" : os] }),
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const lock = JSON.parse(readFileSync(LOCK, "utf8"));
  const missing = missingFrom(lock);
  writeFileSync(LOCK, `${JSON.stringify(completed(lock), null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages of other platforms added`);
}
