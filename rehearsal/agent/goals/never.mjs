/** A change whose every repair uncovers another failure: only a limit ends it. */
import { read, replace, test, write } from "../copy.mjs";
import { thought, Unable } from "../say.mjs";

export const never = {
  example: "Guess what to buy next, which never works",
  shows: "another failure after every repair, until the limit",
  words: /\bnever\b/i,
  usual: { name: "guess", button: "" },
  reads: ["list.mjs"],
  plan: ({ name }) => [
    `Add \`guess.mjs\` with a function that guesses what is bought in a week. Name the function \`${name}\`.`,
    "Add a test for the first week. Nobody can know that, so it fails; whatever I learn, the next week fails.",
  ],
  async write({ name }) {
    await write("guess.mjs", moduleOf(name));
    await write("test/guess.test.mjs", testsOf(name));
    await test();
    await thought("It fails, as it must. What the report says I shall learn.");
    return `Added ${name}() with a test for week 1.`;
  },
  async repair({ name }, report) {
    const weeks = [...report.matchAll(/was bought in week (\d+)/g)].map(([, week]) => Number(week));
    if (weeks.length === 0) throw new Unable("The report does not name the week that failed.");
    const week = Math.max(...weeks);
    await thought(`The report names week ${week}: I learn it, and try the week after.`);
    await replace("guess.mjs", "\n];", `\n  "Surprise ${week}",\n];`);
    await write("test/guess.test.mjs", `${await read("test/guess.test.mjs")}\n${testOf(name, week + 1)}`);
    await test();
    return `${name}() knows week ${week} now.`;
  },
};

const moduleOf = (name) => `/** What was bought, week by week. */
const BOUGHT = [
];

/** Guesses what is bought in a week. */
export function ${name}(week) {
  return BOUGHT[week - 1] ?? "Milk";
}
`;

const testsOf = (name) => `import assert from "node:assert/strict";
import { test } from "node:test";
import { ${name} } from "../guess.mjs";

${testOf(name, 1)}`;

const testOf = (name, week) => `test("${name}() knows what was bought in week ${week}", () => {
  assert.equal(${name}(${week}), "Surprise ${week}");
});
`;
