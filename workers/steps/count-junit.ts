/** How many tests ran, read from a JUnit XML report. */
import { type Count, MOST_FAILING } from "./count-tests.ts";

/** What an XML file holds as text: it may look like tags. */
const OPAQUE = /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)/g;
const TAG = /<(\/?)(testcase|skipped|failure|error)\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;

type Case = { name: string; ran: boolean; broken: boolean };

/** Counts the tests of a JUnit XML report. Tests that a runner lists without running them do not count. */
export function countJunit(xml: string): Count {
  const cases: Case[] = [];
  let open: Case | null = null;
  let outside = 0;
  for (const [, close, tag, attributes = "", empty] of xml.replace(OPAQUE, "").matchAll(TAG)) {
    if (tag === "testcase") {
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
  return {
    run: ran.length,
    failed: failing.length + outside,
    failing: failing.slice(0, MOST_FAILING),
    counted_by: "junit",
  };
}

function caseOf(attributes: string): Case {
  const of = (name: string) =>
    attributes
      .match(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`))
      ?.slice(1)
      .find(Boolean);
  const name = [of("classname"), of("name")].filter(Boolean).join(" › ");
  // GoogleTest and CTest list what they did not run.
  return { name, ran: !/^(notrun|disabled|skipped)$/i.test(of("status") ?? ""), broken: false };
}
