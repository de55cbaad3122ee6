import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// Runs the instrumented programs below a folder, one after another, and writes down who entered each function:
// [callee, places of the code of programs on the stack: file, line, column, whether a constructor runs].
const folder = process.argv[2];
const seen = new Map();

globalThis.__enter = (callee) => {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  Error.prepareStackTrace = (_error, sites) => sites;
  const sites = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  const from = [];
  for (const site of sites.slice(2)) {
    // What stands behind an `await` is not a caller.
    if (site.isAsync() || from.length === 4) break;
    const file = site.getFileName();
    if (!file?.includes(folder)) continue;
    const path = file.slice(file.indexOf(folder) + folder.length + 1);
    from.push([path, site.getLineNumber(), site.getColumnNumber(), site.isConstructor()]);
  }
  seen.set(JSON.stringify([callee, from]), [callee, from]);
};

const errors = {};
for (const name of readdirSync(folder).sort()) {
  const main = ["main.js", "main.mjs", "main.cjs", "main.ts"]
    .map((file) => join(folder, name, file))
    .find((file) => existsSync(file));
  try {
    await import(pathToFileURL(main).href);
    await new Promise((done) => setTimeout(done, 4));
  } catch (error) {
    errors[name] = String(error?.stack ?? error);
  }
}
writeFileSync(1, JSON.stringify({ entries: [...seen.values()], errors }));
process.exit(0);
