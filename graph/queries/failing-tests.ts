/** From the names that runners give to failing tests to the nodes of those tests, and the others beside them. */
import type { GraphNode } from "../../models/graph.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { isTestFile } from "./test-files.ts";

export interface Tests {
  failing: GraphNode[];
  /** Tests in the same files whose names were not among them. */
  others: GraphNode[];
}

/** Names that are looked for, and test files that are read for them. */
const MOST = { names: 60, files: 250 };

/** `places` are those that the failure names: a test around one failed, and a name is looked for near them first. */
export async function failingTests(
  reader: GraphReader,
  names: readonly string[],
  places: readonly Place[],
): Promise<Tests> {
  const wanted = names.slice(0, MOST.names).map(partsOf);
  if (wanted.length + places.length === 0) return { failing: [], others: [] };
  const near = new Set(places.map(({ path }) => path));
  const files = (await reader.files()).filter(isTestFile).map((file) => file.path);
  const hinted = files.filter((path) => near.has(path) || wanted.some((name) => speaksOf(name, path)));
  const first = await testsOf(reader, hinted);
  // Only names that stand in none of the files that are spoken of are looked for everywhere.
  const missing = wanted.filter((name) => !first.some((node) => isCalled(node, name)));
  const rest = files.filter((path) => !hinted.includes(path)).sort(byText);
  const more = missing.length === 0 ? [] : await testsOf(reader, rest.slice(0, MOST.files));
  const around = first.filter((node) => places.some((place) => holds(node, place)));
  const found = [...around, ...matching(first, wanted), ...matching(more, missing)];
  const failing = [...new Map(found.map((node) => [node.id, node])).values()];
  const paths = new Set(failing.map((node) => node.path));
  const taken = new Set(failing.map((node) => node.id));
  const others = [...first, ...more].filter((node) => paths.has(node.path) && !taken.has(node.id));
  return { failing, others };
}

type Place = { path: string; line: number };

function holds({ path, lines }: GraphNode, place: Place): boolean {
  return path === place.path && lines !== undefined && lines[0] <= place.line && place.line <= lines[1];
}

/** A name as its runner writes it. */
interface Name {
  whole: string;
  /** Its last part, without parameters. */
  last: string;
  /** What stands before: a file, a class, suites. */
  before: string;
}

/** `tests/test_cart.py::CartTest::test_x[1]`, `test_x (pkg.test_cart.CartTest.test_x) (n=0)`, `cart > adds up`, `TestTotal/milk`, `tests::butter`. */
function partsOf(name: string): Name {
  const whole = name.trim();
  const unittest = /^(\w+) \(([\w.]+)\)/.exec(whole);
  if (unittest !== null) return { whole, last: unittest[1] ?? "", before: unittest[2] ?? "" };
  const plain = whole.replace(/(?:\[[^\]]*\]|\([^)]*\)| \(\w+=.*\))$/, "");
  const cut = /^(.*)(?: > | › |::|#)(.+?)$/.exec(plain) ?? /^(\S*)[.](\w+)$/.exec(plain);
  const [, before = "", last = plain] = cut ?? [];
  // Go writes what runs inside of a test behind it.
  return { whole, last: /^(Test\w*)\//.exec(last)?.[1] ?? last, before };
}

/** Whether what stands before a name is, or names, a file. */
function speaksOf({ before }: Name, path: string): boolean {
  const start = before.split(/ > | › |::/)[0] ?? "";
  if (start === "") return false;
  if (start.includes("/")) return path === start || path.endsWith(`/${start}`) || start.endsWith(`/${path}`);
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  return start.split(".").includes(stem);
}

async function testsOf(reader: GraphReader, paths: readonly string[]): Promise<GraphNode[]> {
  if (paths.length === 0) return [];
  const nodes = await reader.nodesOf(paths);
  const tests = nodes.filter((node) => node.type === "function" && isTest(node));
  // What holds tests is a suite: whoever runs it runs them.
  return tests.filter(
    (node) =>
      !holdsOne(
        node,
        tests.filter((other) => other.path === node.path),
      ),
  );
}

function isTest(node: GraphNode): boolean {
  return node["x-kind"] === "test" || (node["x-test"] === true && /^test/i.test(node.name));
}

function holdsOne(node: GraphNode, tests: readonly GraphNode[]): boolean {
  const { lines } = node;
  return (
    lines !== undefined &&
    tests.some(
      (one) =>
        one.id !== node.id &&
        one.path === node.path &&
        one.lines !== undefined &&
        lines[0] <= one.lines[0] &&
        one.lines[1] <= lines[1],
    )
  );
}

function matching(tests: readonly GraphNode[], names: readonly Name[]): GraphNode[] {
  const found = new Map<string, GraphNode>();
  for (const name of names) {
    const called = tests.filter((node) => isCalled(node, name));
    const surest = called.filter((node) => fitsBefore(node, name));
    for (const node of surest.length > 0 ? surest : called) found.set(node.id, node);
  }
  return [...found.values()];
}

/** A test of JavaScript is called by its title, every other by its name. */
function isCalled({ name, docstring }: GraphNode, { whole, last }: Name): boolean {
  const title = name.startsWith("<") ? docstring : name;
  if (title === undefined || title === last || title === whole) return title !== undefined;
  return FILLED_IN.test(title) && fills(title, last);
}

/** What `test.each` puts values in the place of. */
const FILLED_IN = /%[sdifjoOpc#%]|\$[\w.#]+/;

/** Whether a title with values in it may be a name: its fixed parts stand in the name in their order. */
function fills(title: string, name: string): boolean {
  const [first = "", ...parts] = title.split(new RegExp(FILLED_IN, "g"));
  if (!name.startsWith(first) || !name.endsWith(parts.at(-1) ?? "")) return false;
  // A title of values alone is anybody's.
  if (title.replace(new RegExp(FILLED_IN, "g"), "").trim().length < 3) return false;
  let at = first.length;
  for (const part of parts) {
    const next = name.indexOf(part, at);
    if (next === -1) return false;
    at = next + part.length;
  }
  return true;
}

/** Whether the class of a test stands in what is before its name. */
function fitsBefore(node: GraphNode, { before, whole }: Name): boolean {
  const qualified = node.id.slice(node.id.lastIndexOf("::") + 2);
  const owner = qualified
    .slice(0, Math.max(0, qualified.lastIndexOf(".")))
    .replace(/<lambda:[\d:]+>\.?/g, "");
  if (owner !== "") return `.${before.replaceAll("::", ".")}.`.includes(`.${owner}.`);
  return before === "" || speaksOf({ before, last: "", whole }, node.path);
}
