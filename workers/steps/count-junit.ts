/** How many tests ran, read from a JUnit XML report. */
import { type Count, MOST_FAILING } from "./count-tests.ts";

/** What an XML file holds as text: it may look like tags. */
const OPAQUE = /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)/g;
const TAG = /<(\/?)(testsuites?|testcase|skipped|failure|error)\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;

type Case = { name: string; ran: boolean; broken: boolean };

/** Counts the tests of a JUnit XML report. Tests that a runner lists without running them do not count. */
export function countJunit(xml: string): Count {
  const cases: Case[] = [];
  let open: Case | null = null;
  let outside = 0;
  let claimed = 0;
  for (const [, close, tag, attributes = "", empty] of xml.replace(OPAQUE, "").matchAll(TAG)) {
    if (tag?.startsWith("testsuite")) {
      // What a suite owns to is believed, whether its cases show it or not; the outermost has the sum.
      if (!close)
        claimed = Math.max(claimed, numberOf(attributes, "failures") + numberOf(attributes, "errors"));
    } else if (tag === "testcase") {
      open = close ? null : caseOf(attributes);
      if (open !== null) cases.push(open);
      if (empty) open = null;
    } else if (!close && tag === "skipped") {
      if (open !== null) open.ran = false;
    } else if (!close) {
      // A suite that broke before its first test has nobody else to tell it.
      if (open === null) outside += 1;
      else open.broken = true;
    }
  }
  const ran = cases.filter((one) => one.ran);
  const failing = ran.filter((one) => one.broken).map((one) => one.name);
  // node:test counts what is still to do and fails among the failures, and exits 0.
  const excused = cases.filter((one) => one.broken && !one.ran).length;
  return {
    run: ran.length,
    failed: Math.max(failing.length + outside, claimed - excused),
    failing: failing.slice(0, MOST_FAILING),
    counted_by: "junit",
  };
}

function attributeOf(attributes: string, name: string): string | undefined {
  return attributes
    .match(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`))
    ?.slice(1)
    .find(Boolean);
}

function numberOf(attributes: string, name: string): number {
  return Number(/^\d+$/.exec(attributeOf(attributes, name) ?? "")?.[0] ?? 0);
}

function caseOf(attributes: string): Case {
  const of = (name: string) => attributeOf(attributes, name);
  const name = [of("classname"), of("name")].filter(Boolean).join(" › ");
  // GoogleTest and CTest list what they did not run.
  return { name, ran: !/^(notrun|disabled|skipped)$/i.test(of("status") ?? ""), broken: false };
}
