/**
 * How well an error report picks the code that is to blame: small faults are put into one function each of real code,
 * its own tests are run, and from what they print the report is made, beside what could be done without it. `SEED`
 * chooses other faults, `--quick` takes fewer and leaves the slow ones out, `--json` prints every case.
 */
import { availableParallelism, cpus } from "node:os";
import { type Case, casesOf, chance } from "./repair/cases.ts";
import { graphOf } from "./repair/graph.ts";
import { type Score, table } from "./repair/scores.ts";
import { type Subject, subjects } from "./repair/subjects.ts";
import { groundOf, hits, WAYS } from "./repair/ways.ts";

const quick = process.argv.includes("--quick");
const seed = Number(process.env.SEED ?? 1);
const BUDGETS = [2_000, 4_000, 8_000];
/** Failures of each subject, and how long may be looked for them, in seconds. */
const WANTED: Record<string, { cases: number; seconds: number }> = quick
  ? { Python: { cases: 40, seconds: 40 }, mathjs: { cases: 24, seconds: 25 }, qs: { cases: 8, seconds: 10 } }
  : {
      Python: { cases: 150, seconds: 900 },
      mathjs: { cases: 120, seconds: 600 },
      qs: { cases: 20, seconds: 120 },
      TypeScript: { cases: 40, seconds: 900 },
    };
const say = (text: string) =>
  console.error(`[${(performance.now() / 1000).toFixed(0).padStart(3)} s] ${text}`);

say("Laying out the code ...");
const { found, absent } = subjects(Object.keys(WANTED));
const scores: Score[] = [];
const cases: Omit<Case, "text" | "before" | "log">[] = [];
const origins: string[] = [];
for (const subject of found) {
  try {
    await measure(subject);
  } catch (error) {
    absent.push(`${subject.name}: ${(error as Error).message.split("\n")[0]}`);
  } finally {
    subject.remove();
  }
}
if (process.argv.includes("--json")) console.log(JSON.stringify({ seed, scores, cases, absent }, null, 2));
else {
  console.log(
    `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}, seed ${seed}\n`,
  );
  for (const line of origins) console.log(`* ${line}`);
  for (const line of absent) console.log(`* Left out: ${line}`);
  console.log(`\n${table(scores, BUDGETS)}`);
}

async function measure(subject: Subject): Promise<void> {
  const wanted = WANTED[subject.name] ?? { cases: 0, seconds: 0 };
  say(`${subject.name}: the graph of ${subject.paths.length} files ...`);
  const reader = await graphOf(subject.name, subject.folder, subject.paths);
  say(`${subject.name}: faults, and tests that notice them ...`);
  const until = performance.now() + wanted.seconds * 1_000;
  const failed = await casesOf(subject, reader, wanted.cases, chance(seed), until);
  say(`${subject.name}: ${failed.length} failures; what each way shows of them ...`);
  const ground = await groundOf(subject, reader);
  for (const one of failed) {
    const { text: _, before: __, log: ___, ...rest } = one;
    cases.push(rest);
    for (const [way, choose] of Object.entries(WAYS)) {
      for (const budget of BUDGETS) {
        const shown = hits(one, await choose(one, ground, budget));
        scores.push({ subject: subject.name, heldOut: one.heldOut, way, budget, ...shown });
      }
    }
  }
  const lines = (await reader.files()).reduce((sum, file) => sum + (file.lines?.[1] ?? 0), 0);
  origins.push(
    `${subject.name}: ${subject.origin}, ${subject.paths.length} files, ${lines} lines, ${failed.length} failures`,
  );
}
