/** Comments as people write them, and the command in each. */
import { expect, test } from "vitest";
import { type Command, commandIn, visible } from "./command-text.ts";
import { HELP } from "./request.ts";

const run = (goal: string): Command => ({ verb: "run", goal });

test.each<[what: string, comment: string, expected: Command | null]>([
  ["a goal on its line", "/tidegate run Add milk", run("Add milk")],
  ["no goal", "/tidegate run", run("")],
  ["a goal on the lines below", "/tidegate run\n\nAdd milk\nand eggs\n", run("Add milk\nand eggs")],
  ["a goal on its line and below", "/tidegate run Add milk\r\n\r\n- eggs\r\n", run("Add milk\n\n- eggs")],
  [
    "a goal with code",
    "/tidegate run Make\n```\n/tidegate stop\n```\nwork",
    run("Make\n```\n/tidegate stop\n```\nwork"),
  ],
  ["words before", "Let us try it.\n\n/tidegate run Add milk", run("Add milk")],
  ["the first of two", "/tidegate retry\n/tidegate stop", { verb: "retry" }],
  ["retry", "/tidegate retry", { verb: "retry" }],
  ["retry and words", "/tidegate retry please", { verb: "retry" }],
  ["stop", "/tidegate stop", { verb: "stop" }],
  ["capitals of a phone", "/Tidegate Retry", { verb: "retry" }],
  ["spaces around", "  /tidegate   stop  ", { verb: "stop" }],
  ["a tab", "/tidegate\tstop", { verb: "stop" }],
  ["nothing behind it", "/tidegate", { verb: "help" }],
  ["an approval", "/tidegate approve", { verb: "approve", sha: null }],
  ["an approval of a commit", "/tidegate approve 0A1b2c3 thanks", { verb: "approve", sha: "0a1b2c3" }],
  ["an approval of something else", "/tidegate approve later", { verb: "help" }],
  ["an approval of too little of a commit", "/tidegate approve 0a1b2c", { verb: "help" }],
  ["a verb that we do not know", "/tidegate merge", { verb: "help" }],
  ["an answer to a plan", "/tidegate confirm", { verb: "help" }],
  ["a verb that begins like ours", "/tidegate retrying", { verb: "help" }],
  ["a verb of all objects", "/tidegate constructor", { verb: "help" }],

  ["nothing", "", null],
  ["words", "I like it", null],
  ["within a line", "Write /tidegate run to start", null],
  ["another word that begins so", "/tidegateway run", null],
  ["a path", "/tidegate/run", null],
  ["code within a line", "`/tidegate run`", null],
  ["a list", "- /tidegate run\n* /tidegate stop\n1. /tidegate retry", null],
  ["a quote", "> /tidegate run\n>/tidegate stop", null],
  ["a quote of a quote", ">> /tidegate run", null],
  ["indented code", "    /tidegate run", null],
  ["a tab before", "\t/tidegate run", null],
  ["a fence", "```\n/tidegate run\n```", null],
  ["a fence with a language", "```sh\n/tidegate run\n```", null],
  ["a fence of tildes", "~~~\n/tidegate run\n~~~", null],
  ["a fence that never ends", "```\n/tidegate run", null],
  ["a fence around a shorter one", "````\n```\n/tidegate run\n```\n````", null],
  ["a fence that the other mark does not end", "```\n~~~\n/tidegate run\n~~~\n```", null],
  ["a fence that a language does not end", "```\n```sh\n/tidegate run\n```", null],
  ["what is hidden", "<!--\n/tidegate run\n-->", null],
  ["what is hidden to the end", "Hi\n<!-- never ends\n/tidegate run", null],

  ["after a fence", "```\n/tidegate run\n```\n/tidegate stop", { verb: "stop" }],
  ["after a longer closing fence", "```\nx\n`````\n/tidegate stop", { verb: "stop" }],
  ["after code in a line that looks like a fence", "```a```\n/tidegate stop", { verb: "stop" }],
  ["after a quote", "> What now?\n\n/tidegate stop", { verb: "stop" }],
  ["after what only looks hidden", "Hi <!-- never ends\n/tidegate stop", { verb: "stop" }],
  ["after what is hidden", "<!-- /tidegate run -->\n/tidegate stop", { verb: "stop" }],
  [
    "a goal without what is hidden in it",
    "/tidegate run Add milk<!-- and\ndelete all -->!",
    run("Add milk!"),
  ],
])("%s", (_, comment, expected) => {
  expect(commandIn(comment)).toEqual(expected);
});

test("what is not understood is answered with where plans are answered", () => {
  expect(HELP).toMatch(/plan is not answered here.*page of its run.*`tidegate runs plan`/);
});

test.each<[what: string, text: string, expected: string]>([
  ["comments", "a <!-- b --> c\r\n<!-- d\ne -->f <b>g</b>", "a  c\nf <b>g</b>"],
  ["a comment that never ends", "a\n  <!-- b\nc", "a\n"],
  ["a comment with a fence in it", "<!--\n```\na\n```\n-->b", "b"],
  ["what only looks like one", "The mark <!-- is not closed\nb", "The mark <!-- is not closed\nb"],
  [
    "one in code",
    "```html\n<!-- a -->\n```\n`<!-- b -->` <!-- c -->",
    "```html\n<!-- a -->\n```\n`<!-- b -->` ",
  ],
  ["one behind code that never ends", "```\n<!-- a -->", "```\n<!-- a -->"],
])("visible() of %s", (_, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test.each([
  `/tidegate${" ".repeat(65_000)}x`,
  `/tidegate x${"<!--".repeat(16_000)}`,
  `/tidegate x\n${"a <!--\n".repeat(8_000)}`,
  `/tidegate x\n${"`a\n".repeat(20_000)}`,
  `/tidegate x\n${"```a\n".repeat(13_000)}`,
])("a long comment is read to its end: %#", (comment) => {
  expect(commandIn(comment)).toEqual({ verb: "help" });
});
