/** A change that no test sees: the page throws in the browser, and is repaired from what it threw. */
import { insertBefore, test } from "../copy.mjs";
import { thought } from "../say.mjs";

export const today = {
  example: "Show today's date",
  shows: "throws in the page first, and is repaired from the report",
  words: /\btoday|\bdate\b/i,
  usual: { name: "", button: "" },
  reads: ["public/app.js"],
  plan: () => [
    "Write today's date into the page, above the list, from `public/app.js`.",
    "Run `npm test`. My first try forgets the element for it, which only a browser notices.",
  ],
  async write() {
    const line = 'document.querySelector("#today").textContent = new Date().toDateString();';
    await insertBefore("public/app.js", "show();", `${line}\n`);
    await test();
    await thought("The tests do not open the page: whether it works there is for the browser to say.");
    return "The page shows today's date.";
  },
};
