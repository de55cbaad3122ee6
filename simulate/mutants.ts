/**
 * `npm run simulate:mutants`: makes one mistake at a time in a copy of the code, and sees whether the simulation or the
 * unit tests beside it notice; exits 1 when a mistake survives. `-- --only lanes` takes those of some files alone, and
 * `-- --both` asks the tests as well where the simulation noticed already.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { kindOf } from "./must.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { BESIDE_HISTORIES } from "./mutations-beside.ts";

const ROOT = join(import.meta.dirname, "..");
/** What a history needs, and the tests of the decisions. */
const TAKEN = [
  "models",
  "workers",
  "simulate",
  "clients",
  "graph",
  // What tests of the store and of words for people read.
  "migrations",
  "pages",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
];
const SEEDS = ["--seed", "1", "--runs", "1000", "--fail-fast", "--json"];
const LONGEST_MS = 180_000;

type Caught = { simulation: string | null; tests: string | null };

function copyOfCode(): string {
  const copy = mkdtempSync(join(tmpdir(), "tidegate-mutants-"));
  for (const name of TAKEN) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Makes the mistake, sees who notices, and takes it back. */
async function tryOut(copy: string, mutation: Mutation, both: boolean): Promise<Caught> {
  const { file, from, to } = mutation;
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (text.split(from).length !== 2)
    throw new Error(`Cannot change ${file}: "${from}" stands there not once`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  try {
    const simulation = BESIDE_HISTORIES.includes(mutation) ? null : await simulate(copy);
    // What the simulation notices needs no second witness, unless somebody asks for both.
    return { simulation, tests: simulation !== null && !both ? null : await test(copy, file) };
  } finally {
    writeFileSync(path, text);
  }
}

/** What the simulation notices; null when it notices nothing. */
async function simulate(copy: string): Promise<string | null> {
  const { code, out } = await run(copy, [join("simulate", "simulate.ts"), ...SEEDS]);
  if (code === 0) return null;
  const line = out.split("\n").find((one) => one.startsWith("{"));
  if (line === undefined) return "it does not run";
  const { failed } = JSON.parse(line) as { failed: { violation: string }[] };
  return `${kindOf(failed[0]?.violation ?? "")} (${failed.length})`;
}

/** The tests of the mutated file's own folder. */
async function test(copy: string, file: string): Promise<string | null> {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const { code, out } = await run(copy, [
    vitest,
    "run",
    "--project",
    "unit",
    `${dirname(file)}/`,
    "--reporter=json",
  ]);
  if (code === 0) return null;
  if (code === null) return "tests that do not end";
  return `${/"numFailedTests":(\d+)/.exec(out)?.[1] ?? "?"} tests`;
}

function run(cwd: string, argv: readonly string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd, timeout: LONGEST_MS });
    let out = "";
    child.stdout.on("data", (piece: Buffer) => {
      out += piece.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out }));
  });
}

/** Tests that fail without any mistake would notice every one. */
async function assertGood(copy: string, chosen: readonly Mutation[]): Promise<void> {
  const files = new Map(chosen.map(({ file }) => [dirname(file), file]));
  for (const [folder, file] of files) {
    const failing = await test(copy, file);
    if (failing !== null) throw new Error(`Cannot judge by the tests of ${folder}: ${failing} fail already`);
  }
}

async function main(only: string, both: boolean): Promise<number> {
  const copy = copyOfCode();
  const chosen = [...MUTATIONS, ...BESIDE_HISTORIES].filter(({ file }) => file.includes(only));
  let survived = 0;
  try {
    await assertGood(copy, chosen);
    for (const mutation of chosen) {
      const { simulation, tests } = await tryOut(copy, mutation, both);
      const noticed = simulation !== null || tests !== null;
      if (!noticed) survived += 1;
      console.log(
        `${noticed ? "noticed " : "SURVIVED"} ${mutation.file}: ${JSON.stringify(mutation.from.slice(0, 80))}`,
      );
      if (simulation !== null) console.log(`         by the simulation: ${simulation}`);
      if (tests !== null) console.log(`         by ${tests}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(`${chosen.length - survived} of ${chosen.length} mistakes were noticed`);
  return survived === 0 ? 0 : 1;
}

const { values } = parseArgs({ options: { only: { type: "string" }, both: { type: "boolean" } } });
process.exitCode = await main(values.only ?? "", values.both === true);
