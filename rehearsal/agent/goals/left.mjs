/** A change whose first try has a mistake that its own test finds. */
import { append, importName, read, replace, test } from "../copy.mjs";
import { thought, Unable } from "../say.mjs";

export const left = {
  example: "Show how many items are left",
  shows: "fails its test first, and is repaired from the report",
  words: /\bleft\b|\bremain/i,
  usual: { name: "left", button: "" },
  reads: ["list.mjs", "public/app.js", "public/index.html", "test/list.test.mjs"],
  plan: ({ name }) => [
    `Add a function to \`list.mjs\` that counts what is still to be bought. Name the function \`${name}\`.`,
    "Show the number below the list.",
    "Add a test of the function to `test/list.test.mjs`.",
    "Run `npm test`. My first try has a mistake that this test finds: I leave it in, so that you see the repair.",
  ],
  async write({ name }) {
    if ((await read("list.mjs")).includes(`function ${name}(`))
      throw new Unable(`list.mjs has a function ${name}() already: name another one in the plan.`);
    await append("list.mjs", functionOf(name));
    await importName("public/app.js", "../list.mjs", name);
    const progress = '  document.querySelector("#progress").textContent = progress(items);\n';
    await replace("public/app.js", progress, `${progress}${lineOf(name)}`);
    const after = '    <p id="progress" role="status"></p>\n';
    await replace("public/index.html", after, `${after}    <p id="${name}"></p>\n`);
    await importName("test/list.test.mjs", "../list.mjs", name);
    await append("test/list.test.mjs", testOf(name));
    const { passed } = await test();
    if (!passed) await thought("It fails. I leave that in, so that you see how a failure comes back to me.");
    return `Added ${name}() with a test, and the number on the page.`;
  },
};

/** The condition is the wrong way round. */
const functionOf = (name) => `/** How many items are still to be bought. */
export function ${name}(items) {
  return items.filter((item) => item.done).length;
}
`;

const lineOf = (name) => `  document.querySelector("#${name}").textContent = \`\${${name}(items)} left\`;\n`;

const testOf = (name) => `test("${name}() counts what is still to be bought", () => {
  const items = add(add([], "Milk"), "Tea");
  assert.equal(${name}(items), 2);
  assert.equal(${name}(tick(items, "Tea")), 1);
});
`;
