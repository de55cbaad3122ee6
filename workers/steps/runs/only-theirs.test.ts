import { expect, test } from "vitest";
import { saidReader } from "../../../models/read-said.ts";
import { onlyTheirs } from "./only-theirs.ts";

const BEGIN = '::tidegate {"kind":"begin","agent":"x"}';
const DIFF = '::tidegate {"agent":"x","files":9,"added":9,"removed":9,"\\u006bind":"diff"}';
const THOUGHT = '::tidegate {"kind":"thought","text":"é"}';
const LOG = ["é", BEGIN, THOUGHT, `${DIFF}\r`, ` ${THOUGHT}`, "::tidegate {", THOUGHT, BEGIN].join("\n");

/** What is written to the log when the output comes in pieces that end here. */
function written(output: string, ends: number[]): string {
  let log = "";
  for (const end of [...ends, output.length]) {
    const within = log !== "" && !log.endsWith("\n");
    log += onlyTheirs(output.slice(log.length, end), end === output.length, within);
  }
  return log;
}

test("an agent says neither when it began nor how far its change has grown", () => {
  const log = written(LOG, []);
  const kinds = saidReader("text")
    .read(log, true)
    .map(({ kind }) => kind);
  expect(kinds).toEqual(["text", "error", "thought", "error", "text", "error", "thought", "error"]);
  expect(new TextEncoder().encode(log)).toHaveLength(new TextEncoder().encode(LOG).length);
});

test("cut anywhere it is the same", () => {
  const whole = written(LOG, []);
  for (let one = 1; one < LOG.length; one++)
    for (let other = one; other < LOG.length; other += 7) expect(written(LOG, [one, other])).toBe(whole);
});

test("a line without an end is not waited for", () => {
  const long = `::tidegate {"kind":"begin","agent":"${"x".repeat(70_000)}`;
  expect(onlyTheirs(long, false, false)).toBe(long.replace(" ", "\t"));
});

test("a line with a mistake is shown whole, and says that it was not understood", () => {
  for (const line of ["::tidegate not json", '::tidegate {"kind":"thougt","text":"x"}', BEGIN]) {
    const [item] = saidReader("text").read(onlyTheirs(`${line}\n`, true, false));
    expect(item).toEqual({ kind: "error", text: `Tidegate did not understand this line: ${line}` });
  }
});
