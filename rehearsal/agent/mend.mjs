/** Mends what a report of a failure names: a test of this project, or what the page threw. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import { has, read, replace, test, testFiles } from "./copy.mjs";
import { thought, Unable } from "./say.mjs";

export async function mend(report) {
  const { failing } = await test();
  const named = failing.find((name) => report.includes(name));
  if (named !== undefined) return await mendTest(named);
  if (/Cannot (?:set|read) properties of null/.test(report)) return await mendPage(report);
  const why = failing.length === 0 ? "the tests pass here" : `here fails ${failing.join("; ")}`;
  throw new Unable(`The report names no failure that I know how to mend: ${why}.`);
}

/** Mistakes that are known by heart, and what was meant. */
const MISTAKES = [
  ["=> item.done)", "=> !item.done)"],
  ["const done = items.length;", "const done = items.filter((item) => item.done).length;"],
];

/** From the test's name to the function it calls, to the mistake in it. */
async function mendTest(title) {
  await thought(`The report names the test "${title}", and it fails here too.`);
  const file = testFiles().find((path) => readFileSync(path, "utf8").includes(`test("${title}"`));
  const [, name] = /^([\w$]+)\(\)/.exec(title) ?? [];
  if (file === undefined || name === undefined) throw new Unable(`I cannot tell what "${title}" is about.`);
  const modules = [...(await read(file)).matchAll(/from "(\.[^"]+)"/g)].map(([, path]) =>
    join(dirname(file), path),
  );
  for (const path of modules) {
    const [body] =
      new RegExp(`export function ${name.replaceAll("$", "\\$")}\\([^]*?\\n}(?=\\n|$)`).exec(
        await read(path),
      ) ?? [];
    const known = MISTAKES.find(([mistake]) => body?.includes(mistake));
    if (known === undefined) continue;
    await thought(`${name}() stands in ${path}: "${known[0]}" counts the wrong items.`);
    await replace(path, body, body.replace(...known));
    const again = await test();
    if (again.failing.includes(title)) throw new Unable(`"${title}" still fails: I know no other way.`);
    return `${name}() counted the wrong items; "${title}" passes now.`;
  }
  throw new Unable(`I find no mistake that I know in ${name}() of ${modules.join(", ")}.`);
}

/** From the script that threw to the element that it looks for and the page does not have. */
async function mendPage(report) {
  const scripts = [...report.matchAll(/[\w-]+\.js\b/g)].map(([name]) => `public/${basename(name)}`);
  const script = [...scripts, "public/app.js"].find(has);
  await thought(`The page threw because an element is missing; ${script} looks for it.`);
  const text = await read(script);
  const page = await read("public/index.html");
  const wanted = [...text.matchAll(/querySelector\("#([\w-]+)"\)/g)].map(([, id]) => id);
  const missing = wanted.filter((id) => !page.includes(`id="${id}"`));
  if (missing.length === 0) throw new Unable(`The page has every element that ${script} looks for.`);
  const elements = missing.map((id) => `    <p id="${id}"></p>\n`).join("");
  await replace("public/index.html", '    <form id="add">', `${elements}    <form id="add">`);
  await test();
  return `The page has ${missing.map((id) => `#${id}`).join(", ")} now, which ${script} looks for.`;
}
