/**
 * A browser for the browser binding. Miniflare starts the Chrome in its own cache and would download one that is
 * not there; so the cache is ours, and what stands in it starts the Chromium of this machine or of the package.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** The version miniflare looks for; it is only the name of a folder here. */
const EXPECTED_BUILD = "126.0.6478.182";
/** Stands before the browser's DevTools. */
const DOOR = join(import.meta.dirname, "devtools.ts");
const NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser"];

/** `path` is the browser itself. */
export type Found = { path: string; from: "machine" | "package" };
/** `starter` starts it with what it needs on this machine. */
export type Chrome = Found & { starter: string };

/** Finds a browser: TIDEGATE_CHROME, one of the machine, else the one that came with the packages. */
export async function findChrome(): Promise<Found> {
  const named = process.env.TIDEGATE_CHROME;
  if (named !== undefined && named !== "package") {
    if (existsSync(named)) return { path: named, from: "machine" };
    throw new Error(`Cannot use TIDEGATE_CHROME "${named}": there is no such file`);
  }
  if (named !== "package") {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      for (const name of NAMES) {
        if (existsSync(join(folder, name))) return { path: join(folder, name), from: "machine" };
      }
    }
  }
  const { default: packaged } = await import("@sparticuz/chromium");
  return { path: await packaged.executablePath(), from: "package" };
}

/**
 * Lays a starter for the browser where miniflare looks, and points miniflare there.
 *
 * @param cache a folder of ours; becomes XDG_CACHE_HOME of this process
 */
export async function offerChrome(cache: string): Promise<Chrome> {
  const chrome = await findChrome();
  const folder = join(cache, ".wrangler", "chrome", `linux-${EXPECTED_BUILD}`, "chrome-linux64");
  await mkdir(folder, { recursive: true });
  const surroundings = chrome.from === "package" ? await packagedSurroundings(cache) : "";
  // Chrome's own sandbox needs rights that root and most containers lack; the browser lives for one validation.
  const flags =
    "--no-sandbox --disable-gpu --disable-quic --disable-component-update --disable-domain-reliability";
  const script = `#!/bin/sh\n${surroundings}exec ${quoted(process.execPath)} ${quoted(DOOR)} ${quoted(chrome.path)} ${flags} "$@"\n`;
  const starter = join(folder, "chrome");
  await writeFile(starter, script, { mode: 0o755 });
  process.env.XDG_CACHE_HOME = cache;
  return { ...chrome, starter };
}

/** The packaged Chromium comes with the libraries and fonts that a bare machine lacks. */
async function packagedSurroundings(cache: string): Promise<string> {
  const bin = join(import.meta.dirname, "..", "node_modules", "@sparticuz", "chromium", "bin");
  for (const name of ["al2023", "fonts"]) {
    const folder = join(cache, name);
    if (existsSync(folder)) continue;
    await mkdir(folder);
    const archive = brotliDecompressSync(await readFile(join(bin, `${name}.tar.br`)));
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
  }
  const libraries = `LD_LIBRARY_PATH=${quoted(join(cache, "al2023", "lib"))}`;
  return `export ${libraries} FONTCONFIG_PATH=${quoted(join(cache, "fonts", "fonts"))}\n`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
