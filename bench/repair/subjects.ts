/** Real code with its own tests that a machine with Python and an npm registry has, laid out as repositories. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { ABSENT, MODULES } from "./modules.ts";

/** Files whose faults the same command finds. */
export interface Unit {
  files: string[];
  command: string;
  /** Nothing was tuned to what happens here. */
  heldOut: boolean;
}

export interface Subject {
  name: string;
  /** What it is, and which version. */
  origin: string;
  /** The repository's folder. */
  folder: string;
  paths: string[];
  units: Unit[];
  env: Record<string, string>;
  remove(): void;
}

const ROOT = join(import.meta.dirname, "..", "..");

const SUBJECTS: Record<string, () => Subject> = { Python: python, mathjs, qs, TypeScript: itself };

/** What is here, and what is not. */
export function subjects(names: readonly string[] = Object.keys(SUBJECTS)): {
  found: Subject[];
  absent: string[];
} {
  const found: Subject[] = [];
  const absent: string[] = [];
  for (const name of names) {
    try {
      const make = SUBJECTS[name];
      if (make !== undefined) found.push(make());
    } catch (error) {
      absent.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return { found, absent };
}

function python(): Subject {
  const ask = "import sys, sysconfig; print(sysconfig.get_path('stdlib'), sys.version.split()[0])";
  const [library = "", version = ""] = run("python3", ["-c", ask]).trim().split(" ");
  if (!existsSync(join(library, "test", "test_json"))) throw new Error("this Python came without its tests");
  const folder = workspace();
  const exclude = ["site-packages", "dist-packages", "test", "tests", "__pycache__"];
  const sources = globSync("**/*.py", { cwd: library, exclude }).filter(
    (path) => !ABSENT.test(slashed(path)),
  );
  for (const path of sources) cpSync(join(library, path), join(folder, "Lib", path));
  // Tests read data that lies beside them, and share what is in test/support.
  const tests = new RegExp(
    `^(?:__init__|${Object.keys(MODULES)
      .map((name) => `test_${name}`)
      .join("|")})(?:\\.py|/|$)`,
  );
  cpSync(join(library, "test"), join(folder, "Lib", "test"), {
    recursive: true,
    filter(path) {
      const inside = slashed(path.slice(join(library, "test").length + 1));
      return !/__pycache__|\.pyc$/.test(inside) && (!/^test_/.test(inside) || tests.test(inside));
    },
  });
  const units = Object.entries(MODULES).map(([name, file], at) => ({
    files: globSync(`Lib/${file}.py`, { cwd: folder }).map(slashed),
    command: `python3 -m unittest test.test_${name}`,
    heldOut: at % 2 === 1,
  }));
  const paths = globSync("Lib/**/*.py", { cwd: folder }).map(slashed).sort();
  const env = { PYTHONPATH: join(folder, "Lib"), PYTHONDONTWRITEBYTECODE: "1" };
  return subject("Python", `library of Python ${version}`, folder, paths, units, env);
}

/** What the tests of mathjs compare with; the package comes without it. */
const APPROX = `var assert = require('assert');
exports.equal = function (a, b, epsilon) {
  var most = epsilon === undefined ? 0.0001 : epsilon;
  if (a === b || (typeof a === 'number' && isNaN(a) && typeof b === 'number' && isNaN(b))) return;
  if (typeof a !== 'number' || typeof b !== 'number') return assert.equal(a, b);
  var size = a === 0 || b === 0 ? 1 : Math.max(Math.abs(a), Math.abs(b));
  assert.ok(Math.abs(a - b) <= most * size, a + ' ~= ' + b);
};
exports.deepEqual = function deepEqual(a, b) {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return exports.equal(a, b);
  assert.equal(a.constructor, b.constructor);
  Object.keys(a).concat(Object.keys(b)).forEach(function (key) { deepEqual(a[key], b[key]); });
};
`;

/** A library of some three hundred modules that are wired at run time: what calls what is hard to tell. */
function mathjs(): Subject {
  const folder = packageOf("mathjs", "3.20.2", ["mocha@10.8.2", "underscore@1.8.3"]);
  for (const away of ["dist", "docs", "examples", "benchmark"])
    rmSync(join(folder, away), { recursive: true, force: true });
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools", "approx.js"), APPROX);
  for (const path of globSync("test/**/*.test.js", { cwd: folder }))
    if (readFileSync(join(folder, path), "utf8").includes("tools/matrixmarket")) rmSync(join(folder, path));
  const groups = globSync("test/{function,type,expression,utils}/**/", { cwd: folder })
    .map(slashed)
    .filter((path) => readdirSync(join(folder, path)).some((name) => name.endsWith(".test.js")))
    .sort();
  const units = groups.map((group, at) => ({
    files: globSync(`${group.replace(/^test/, "lib").replace(/\/$/, "")}/*.js`, { cwd: folder })
      .map(slashed)
      .sort(),
    command: `node_modules/.bin/mocha ${group.replace(/\/$/, "")}/*.test.js`,
    heldOut: at % 2 === 1,
  }));
  return subject(
    "mathjs",
    "mathjs 3.20.2",
    folder,
    scripts(folder),
    units.filter(({ files }) => files.length > 0),
    {},
  );
}

/** A small library whose tests print TAP. */
function qs(): Subject {
  const needed = [
    "iconv-lite@0.6",
    "safer-buffer@2",
    "mock-property@1",
    "es-value-fixtures@1",
    "object-inspect@1",
  ];
  const has = ["property-descriptors", "override-mistake", "proto", "symbols", "bigints"].map(
    (what) => `has-${what}@1`,
  );
  const folder = packageOf("qs", "6.14.0", ["tape@5.9.0", ...needed, ...has]);
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const units = ["parse", "stringify", "utils"].map((name) => ({
    files: [`lib/${name}.js`],
    command: "for test in parse stringify utils; do node test/$test.js || failed=1; done; exit $failed",
    heldOut: true,
  }));
  return subject("qs", "qs 6.14.0", folder, scripts(folder), units, {});
}

/** TypeScript: this very repository. */
function itself(): Subject {
  const folder = workspace();
  const rooms = ["models", "graph", "workers", "clients", "package.json", "tsconfig.json"];
  for (const room of rooms) cpSync(join(ROOT, room), join(folder, room), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const sources = (glob: string) =>
    globSync(glob, { cwd: folder })
      .map(slashed)
      .filter((path) => !/\.(?:test|fixture|contract|d)\.ts$/.test(path))
      .sort();
  const vitest = (filter: string) => `node_modules/.bin/vitest run --environment node ${filter}`;
  const units = [
    { files: sources("graph/queries/*.ts"), command: vitest("graph/queries"), heldOut: false },
    {
      files: sources("workers/steps/*.ts"),
      command: vitest(
        "workers/steps/count workers/steps/policy workers/steps/redact workers/steps/conditions workers/steps/judge workers/steps/new-findings workers/steps/impact-text",
      ),
      heldOut: true,
    },
    { files: sources("graph/exports/*.ts"), command: vitest("graph/exports"), heldOut: true },
    { files: sources("models/*.ts"), command: vitest("models"), heldOut: true },
  ];
  const paths = globSync("**/*.{ts,tsx,js,mjs}", { cwd: folder, exclude: ["node_modules"] })
    .map(slashed)
    .sort();
  return subject("TypeScript", "this repository", folder, paths, units, {});
}

function subject(
  name: string,
  origin: string,
  folder: string,
  paths: string[],
  units: Unit[],
  env: Record<string, string>,
): Subject {
  return {
    name,
    origin,
    folder,
    paths,
    units,
    env,
    remove: () => rmSync(join(folder, ".."), { recursive: true, force: true }),
  };
}

function workspace(): string {
  const folder = join(mkdtempSync(join(tmpdir(), "tidegate-bench-repair-")), "workspace");
  mkdirSync(folder);
  return folder;
}

/** A package as its own repository: its files at the top, what it needs below. */
function packageOf(name: string, version: string, more: readonly string[]): string {
  const folder = workspace();
  const archive = run("npm", ["pack", "--silent", `${name}@${version}`], join(folder, "..")).trim();
  run("tar", ["xzf", join("..", archive), "--strip-components", "1"], folder);
  // What its authors develop with is more than what its tests need, and not all of it comes from the registry.
  const manifest = join(folder, "package.json");
  const {
    devDependencies: _,
    scripts: __,
    ...rest
  } = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, unknown>;
  writeFileSync(manifest, JSON.stringify(rest, null, 2));
  const quiet = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", "--no-save", ...quiet, ...more], folder);
  return folder;
}

function scripts(folder: string): string[] {
  return globSync("**/*.{js,mjs,cjs}", { cwd: folder, exclude: ["node_modules"] })
    .map(slashed)
    .sort();
}

function run(program: string, args: readonly string[], cwd = tmpdir()): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
