/** The working copy: read, edited and tested for real, and every act said aloud. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { result, tool, Unable } from "./say.mjs";

export const has = (path) => existsSync(path);

export async function read(path) {
  await tool("Read", path);
  return textOf(path);
}

/** The text to be edited; only what is read for its own sake is said aloud. */
function textOf(path) {
  if (!has(path)) throw new Unable(`"${path}" is missing: I only know the sample project of the rehearsal.`);
  return readFileSync(path, "utf8");
}

export async function write(path, text) {
  await tool(has(path) ? "Edit" : "Write", path);
  writeFileSync(path, text);
}

/** Replaces a passage that must be there: an edit that changes nothing would be taken for a finished one. */
export async function replace(path, from, to) {
  const text = textOf(path);
  if (!text.includes(from))
    throw new Unable(`"${path}" does not contain "${from}": somebody changed what I know.`);
  await write(
    path,
    text.replace(from, () => to),
  );
}

/** Inserts lines before the last one that reads so, whatever other changes put above it. */
export async function insertBefore(path, line, piece) {
  const text = textOf(path);
  const at = text.lastIndexOf(`\n${line}\n`);
  if (at === -1) throw new Unable(`"${path}" does not contain "${line}": somebody changed what I know.`);
  await write(path, `${text.slice(0, at + 1)}${piece}${text.slice(at + 1)}`);
}

export async function append(path, piece) {
  await write(path, `${textOf(path).trimEnd()}\n\n${piece}`);
}

/** Imports one more name from a module of the project. */
export async function importName(path, module, name) {
  const text = textOf(path);
  const [line, names] =
    new RegExp(`import \\{ ([^}]*) \\} from "${module.replaceAll(".", "\\.")}";`).exec(text) ?? [];
  if (line === undefined)
    throw new Unable(`"${path}" does not import from "${module}": somebody changed what I know.`);
  const all = [...new Set([...names.split(", "), name])].sort();
  await write(path, text.replace(line, `import { ${all.join(", ")} } from "${module}";`));
}

/** Where the tests are, for whoever looks for one by its name. */
export function testFiles() {
  if (!has("test")) return [];
  return readdirSync("test")
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => `test/${name}`);
}

/** Runs the project's tests; the names of those that failed. */
export async function test() {
  await tool("Bash", "npm test");
  const { status, stdout, stderr, error } = spawnSync("npm", ["test"], { encoding: "utf8" });
  if (error) throw new Unable(`The tests cannot be run: ${error.message}`);
  const failing = [...new Set(failed(stdout))];
  const counted = /^\W*tests \d+$/m.exec(stdout)?.[0].replace(/^\W*/, "") ?? stderr.trim().slice(-500);
  const said = failing.length === 0 ? counted : `${counted}, failing: ${failing.join("; ")}`;
  await result(`exit ${status}, ${said}`);
  return { passed: status === 0, failing };
}

/** Names in what node:test writes, as a specification or as TAP. */
function failed(output) {
  const lines = output.matchAll(/^\s*(?:✖ (.+) \([\d.]+ms\)|not ok \d+ - (.+))$/gm);
  return [...lines].map(([, specified, tapped]) => specified ?? tapped);
}
