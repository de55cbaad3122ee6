/** Reads what a failed validation left: which steps failed, what they say is wrong, and where. */
import type { Evidence, StepRecord } from "../../../models/step.ts";
import { plain } from "../markup.ts";
import type { Failure } from "./failure.ts";
import type { Failing } from "./fingerprint.ts";
import { type Frame, framesIn } from "./frames.ts";
import { messageOf } from "./message.ts";
import type { FindPath } from "./paths.ts";
import { type Reading, readLog } from "./read-log.ts";
import { findingsOf } from "./seen.ts";

export interface FailedStep {
  record: StepRecord;
  /** Absent when it left no log. */
  reading?: Reading | undefined;
}

export interface Diagnosis {
  steps: FailedStep[];
  tests: string[];
  /** The runner named no more than these. */
  allTests: boolean;
  /** One for each thing that went wrong, from where it did outwards. */
  stacks: Frame[][];
  messages: Failing["messages"];
}

const FAILED: ReadonlySet<StepRecord["state"]> = new Set(["failed", "timed_out", "errored"]);
/** So many names a step writes down at most. */
const MOST_NAMES = 50;
/** When hundreds fail they fail for few reasons, and each stack is followed through the graph. */
const MOST_STACKS = 60;
/** Lines at the end of a log that stand for what is wrong where nothing is recognised. */
const LAST_LINES = 3;

export function readFailure(failure: Failure, find: FindPath): Diagnosis {
  const steps = failedOf(failure.steps).map((record): FailedStep => {
    const log = failure.logs.get(record.id);
    return { record, ...(log !== undefined && { reading: readLog(log, record.evidence?.commands) }) };
  });
  const found = steps.map((step) => saidBy(step, failure.consoles, find));
  const names = steps.flatMap(({ record }) => record.evidence?.failing_tests ?? []);
  return {
    steps,
    tests: namesOf(steps, names),
    allTests: names.length < MOST_NAMES,
    stacks: found
      .flatMap(({ stacks }) => stacks)
      .filter((stack) => stack.length > 0)
      .slice(0, MOST_STACKS),
    messages: found.flatMap(({ messages }) => messages),
  };
}

/** A judge that failed repeats what the others found, unless it is alone. */
function failedOf(records: readonly StepRecord[]): StepRecord[] {
  const failed = records.filter(({ state }) => FAILED.has(state));
  const found = failed.filter(({ kind }) => kind !== "judge");
  return found.length > 0 ? found : failed;
}

/** Names as runners print them at their failures tell more than those that were counted; others are added. */
function namesOf(steps: readonly FailedStep[], counted: readonly string[]): string[] {
  const told = steps.flatMap(({ reading }) => reading?.blocks.flatMap(({ test }) => test ?? []) ?? []);
  const more = counted
    .map(plain)
    .filter((name) => !told.some((one) => one.includes(name) || name.includes(one)));
  return [...new Set([...told, ...more])];
}

type Said = Pick<Diagnosis, "stacks" | "messages">;

function saidBy({ record, reading }: FailedStep, consoles: Failure["consoles"], find: FindPath): Said {
  const { evidence } = record;
  const all = [...said(reading, find), ...shown(evidence, consoles, find), ...refused(evidence)];
  const stacks = all.map(({ stack }) => stack);
  const messages = all.map(({ text, stack: [first] }) => ({ text, path: first?.path, fn: first?.fn }));
  if (messages.length > 0) return { stacks, messages };
  return { stacks, messages: [{ text: lastWords(reading) ?? record.reason ?? "" }] };
}

interface One {
  text: string;
  stack: Frame[];
}

/** What a log tells of: its surest failures. */
function said(reading: Reading | undefined, find: FindPath): One[] {
  const blocks = reading?.blocks ?? [];
  const sure = blocks.filter(({ rank }) => rank === blocks[0]?.rank);
  return sure.map((block) => ({ text: messageOf(block), stack: framesIn(block.lines, find) }));
}

/** What pages threw, what they asked for in vain, and which flows stopped. */
function shown(evidence: Evidence | null, consoles: Failure["consoles"], find: FindPath): One[] {
  const flows = (evidence?.flows ?? []).filter(({ passed }) => !passed);
  const texts = [
    ...(evidence?.page_errors ?? []),
    ...(evidence?.failed_requests ?? []),
    ...flows.map(({ name, failure }) => `${name}: ${failure}`),
  ];
  const names = new Set(evidence?.artifacts ?? []);
  // Consoles say where, but chatter too much to tell one failure from another.
  const spoken = [...(consoles ?? [])].filter(([name]) => names.has(name)).map(([, text]) => text);
  const stack = framesIn([...texts, ...spoken].join("\n").split("\n"), find);
  return texts.map((text, at) => ({ text, stack: at === 0 ? stack : [] }));
}

/** Findings that the base refuses: the worst there are, since notes beside an error failed nothing. */
function refused(evidence: Evidence | null): One[] {
  const found = findingsOf(evidence);
  const worst = found.filter(({ severity }) => severity === found[0]?.severity);
  return worst.map(({ rule, path, lines, message }) => ({
    text: `${rule}: ${message}`,
    stack: [{ path, line: lines[0] }],
  }));
}

function lastWords(reading: Reading | undefined): string | undefined {
  const last = reading?.lines.filter((line) => line.trim() !== "").slice(-LAST_LINES);
  return last === undefined || last.length === 0 ? undefined : last.join("\n");
}
