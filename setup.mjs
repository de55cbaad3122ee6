/**
 * Brings what a fresh clone lacks, then gets out of the way: runs before `npm start`, `npm test`,
 * `npm run check` and `npm run rehearse`. Plain JavaScript, because it must run on whatever Node the
 * machine has; everything after it runs on the Node that the lock file pins.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

const LOCK = "package-lock.json";
const INSTALLED = "node_modules/.package-lock.json";

/** True when node_modules was written after the lock file last changed. */
function installed() {
  if (!existsSync(INSTALLED) || !existsSync("node_modules/node/bin/node")) return false;
  return statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

if (!installed()) {
  console.error("Installing the pinned packages (once, about a minute) ...");
  // Without --include=dev a machine with NODE_ENV=production would get no tools at all.
  const npm = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error("Cannot install the packages: see npm's message above; is the npm registry reachable?");
    process.exit(npm.status ?? 1);
  }
}
