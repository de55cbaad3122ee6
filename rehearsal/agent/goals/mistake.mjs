/** A change whose repair repairs nothing: the same failure comes twice. */
import { append, test, write } from "../copy.mjs";
import { thought } from "../say.mjs";

export const mistake = {
  example: "Make the same mistake twice",
  shows: "stops when the same failure comes again",
  words: /\bsame mistake\b/i,
  usual: { name: "first", button: "" },
  reads: ["list.mjs"],
  plan: ({ name }) => [
    `Add \`first.mjs\` with a function that returns the first item, and a test. Name the function \`${name}\`.`,
    "Return the second one by mistake, and insist on it when the test fails.",
  ],
  async write({ name }) {
    await write(
      "first.mjs",
      `/** The first item. */\nexport function ${name}(items) {\n  return items[1];\n}\n`,
    );
    await write("test/first.test.mjs", testOf(name));
    await test();
    return `Added ${name}() with a test.`;
  },
  async repair({ name }) {
    await thought("I looked again, and it looks right to me.");
    await append("first.mjs", "// Looked at again: this is right.\n");
    await test();
    return `I insist on ${name}() as it is.`;
  },
};

const testOf = (name) => `import assert from "node:assert/strict";
import { test } from "node:test";
import { ${name} } from "../first.mjs";

test("${name}() is the first item", () => {
  assert.equal(${name}(["Milk", "Tea"]), "Milk");
});
`;
