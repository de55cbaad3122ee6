#!/usr/bin/env node
/**
 * Starts the command. Plain JavaScript, because it must run on whatever Node the machine has; the rest is TypeScript,
 * which Node reads by itself from 22.18 on. An older one hands over to the Node that the lock file pins.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const here = dirname(fileURLToPath(import.meta.url));

if (major > 22 || (major === 22 && minor >= 18)) {
  const { emitWarning } = process;
  // Some versions warn about reading TypeScript; whoever runs a command did not ask.
  process.emitWarning = (warning, ...rest) => {
    const kind = typeof rest[0] === "object" ? rest[0]?.type : rest[0];
    if (kind !== "ExperimentalWarning") emitWarning.call(process, warning, ...rest);
  };
  // TypeScript read once is not read again: a start takes less than half as long.
  const cache = process.env.NODE_COMPILE_CACHE || cacheFolder();
  if (made(cache)) {
    module.enableCompileCache(cache);
    // Threads look for it here.
    process.env.NODE_COMPILE_CACHE = cache;
  }
  await import("./index.ts");
} else {
  const pinned = join(here, "..", "..", "node_modules", "node", "bin", "node");
  if (existsSync(pinned)) handOver(pinned);
  else {
    console.error(
      `Cannot run on Node ${process.versions.node}: install Node 24, or run "npm install" in ${join(here, "..", "..")}, which brings one`,
    );
    process.exitCode = 2;
  }
}

function cacheFolder() {
  if (process.env.TIDEGATE_HOME) return join(process.env.TIDEGATE_HOME, "cache");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "tidegate");
}

/** Makes a folder step by step: where it cannot be made, Node's own way (recursive) may try for ever. */
function made(folder) {
  try {
    if (existsSync(folder)) return true;
    if (dirname(folder) === folder || !made(dirname(folder))) return false;
    mkdirSync(folder);
    return true;
  } catch (error) {
    return error.code === "EEXIST";
  }
}

/** Runs the same command on another Node; its signals and its exit code are ours. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}
