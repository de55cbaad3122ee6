/** A change that is right at once. */
import { append, importName, insertBefore, read, replace, test } from "../copy.mjs";
import { thought, Unable } from "../say.mjs";

export const clear = {
  example: "Add a button that clears what is done",
  shows: "a function, a button and a test; right at once",
  words: /\bclear/i,
  usual: { name: "clearDone", button: "Clear done" },
  reads: ["list.mjs", "public/app.js", "public/index.html", "test/list.test.mjs"],
  plan: ({ name, button }) => [
    `Add a function to \`list.mjs\` that keeps what is still to be bought. Name the function \`${name}\`.`,
    `Add a button below the list that uses it. Call the button "${button}".`,
    "Add a test of the function to `test/list.test.mjs`.",
    "Run `npm test`.",
  ],
  async write({ name, button }) {
    if ((await read("list.mjs")).includes(`function ${name}(`))
      throw new Unable(`list.mjs has a function ${name}() already: name another one in the plan.`);
    await append("list.mjs", functionOf(name));
    await importName("public/app.js", "../list.mjs", name);
    await insertBefore("public/app.js", "show();", `${listenerOf(name)}\n`);
    const after = '    <ul id="items"></ul>\n';
    await replace(
      "public/index.html",
      after,
      `${after}    <button id="${name}">${escaped(button)}</button>\n`,
    );
    await importName("test/list.test.mjs", "../list.mjs", name);
    await append("test/list.test.mjs", testOf(name));
    const { passed } = await test();
    await thought(passed ? "All tests pass." : "Some tests fail: whoever reads this has to decide.");
    return `Added ${name}() with a test, and the button "${button}".`;
  },
};

const functionOf = (name) => `/** Keeps what is still to be bought. */
export function ${name}(items) {
  return items.filter((item) => !item.done);
}
`;

const listenerOf = (name) => `document.querySelector("#${name}").addEventListener("click", () => {
  items = ${name}(items);
  show();
});
`;

const testOf = (name) => `test("${name}() keeps what is still to be bought", () => {
  const items = tick(add(add([], "Milk"), "Tea"), "Tea");
  assert.deepEqual(${name}(items), add([], "Milk"));
});
`;

/** A name that a person chose is text, not markup. */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
