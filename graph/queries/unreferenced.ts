import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import {
  type UnreferencedQuestion as Question,
  type Unreferenced,
  type UnreferencedAnswer,
  UnreferencedQuestion,
} from "../../models/questions.ts";
import { byPlace } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, counted, head, isCut, pageOf, qualifiedOf } from "./answer.ts";
import { calledName } from "./calls.ts";
import { writtenFiles } from "./hot-spots.ts";
import { pathFilter } from "./pattern.ts";
import { isTestFile } from "./test-files.ts";

/** Called by a runtime or a framework under this very name. */
const CALLED_BY_NAME = new Set(
  (
    "main init constructor setUp tearDown setUpClass tearDownClass setUpModule tearDownModule setup_method " +
    "teardown_method setup_module teardown_module render componentDidMount componentDidUpdate componentDidCatch " +
    "componentWillUnmount shouldComponentUpdate getDerivedStateFromProps ngOnInit ngOnDestroy ngOnChanges " +
    "ngAfterViewInit connectedCallback disconnectedCallback attributeChangedCallback toString toJSON valueOf then " +
    "equals hashCode compareTo finalize String Error ServeHTTP Len Less Swap UnmarshalJSON MarshalJSON default fetch " +
    "scheduled queue handler getServerSideProps getStaticProps getStaticPaths generateMetadata upgrade downgrade"
  ).split(" "),
);
/** Their uses are types, and not every use of a type is an edge. */
const TYPE_KINDS = new Set(["interface", "type", "trait", "namespace", "property", "lambda", "enum"]);
const CONFIG_FILE = /(?:^|\/)(?:conftest\.py|setup\.py|[^/]*\.config\.[cm]?[jt]s)$/;
const MAX_UNRESOLVED_READ = 50_000;
const MAX_FAMILY = 500;

/**
 * Classes and functions to which no reference is known. Never a proof: calls that could not be followed, reflection and
 * other programs may use them. A class counts as used when any of its members is; of an unused one only the class is
 * listed.
 */
export async function unreferenced(
  reader: GraphReader,
  question: Question = {},
): Promise<UnreferencedAnswer> {
  const asked = UnreferencedQuestion.parse(question);
  const uses = await usesOf(reader, atLeast(asked.confidence));
  const possible = await possibleCalls(reader);
  const fits = pathFilter(asked.paths);
  const found: Unreferenced[] = [];
  const leftOut: Record<string, number> = {};
  for await (const nodes of writtenFiles(reader, true)) {
    if (!fits(nodes[0]?.path ?? "")) continue;
    for (const node of unusedOf(nodes, uses)) {
      const why = excuse(node, uses, asked.include_exported);
      if (why !== undefined) leftOut[why] = (leftOut[why] ?? 0) + 1;
      else found.push(listed(node, possible?.get(node.name) ?? 0));
    }
  }
  found.sort((a, b) => a.possible_calls - b.possible_calls || byPlace(a.node, b.node));
  const base = head(reader);
  const lost = reader.info.stats?.calls.unresolved ?? 0;
  if (lost > 0)
    base.notes.push(`${counted(lost, "call")} of this graph could not be followed; any may be a use`);
  if (possible === undefined) base.notes.push("They are too many to be compared by name");
  return {
    ...base,
    unresolved: lost,
    truncated: isCut(found.length, asked),
    totals: { no_known_reference: found.length },
    no_known_reference: pageOf(found, asked),
    left_out: leftOut,
  };
}

interface Uses {
  /** What is used by something outside of itself. */
  used: Set<string>;
  /** Class -> what it extends or implements. */
  bases: Map<string, string[]>;
  /** Class -> what extends or implements it. */
  heirs: Map<string, string[]>;
}

async function usesOf(reader: GraphReader, keep: (edge: GraphEdge) => boolean): Promise<Uses> {
  const uses: Uses = { used: new Set(), bases: new Map(), heirs: new Map() };
  for await (const edge of reader.edgesOf(["CALLS", "REFERENCES", "EXTENDS", "IMPLEMENTS", "TESTS"])) {
    if (!keep(edge)) continue;
    if (edge.type === "EXTENDS" || edge.type === "IMPLEMENTS") {
      push(uses.bases, edge.source, edge.target);
      push(uses.heirs, edge.target, edge.source);
    }
    if (!within(edge.source, edge.target)) uses.used.add(edge.target);
  }
  return uses;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Whether `id` is `owner` or something in it: `a.py::function::A.run` is within `a.py::class::A`. */
function within(id: string, owner: string): boolean {
  const path = owner.indexOf("::");
  // Most edges lead to another file: these need no closer look.
  if (path === -1 || !id.startsWith(owner.slice(0, path + 2))) return false;
  return id === owner || plain(id).startsWith(`${plain(owner)}.`);
}

function plain(id: string): string {
  return id.replace(/::(?:class|function)::/, "::");
}

/** Nodes of one file without a use, outermost ones only. */
function unusedOf(nodes: readonly GraphNode[], uses: Uses): GraphNode[] {
  const names = new Map(nodes.map((node) => [qualifiedOf(node), node]));
  const used = new Set<string>();
  for (const node of nodes) {
    if (!uses.used.has(node.id)) continue;
    for (const owner of [qualifiedOf(node), ...ownersOf(node)]) used.add(owner).add(nameOf(owner));
  }
  return nodes.filter((node) => {
    if (node.type === "file" || used.has(nameOf(qualifiedOf(node)))) return false;
    return !ownersOf(node).some((owner) => names.has(owner) && !used.has(owner));
  });
}

/** `A.run` of `A.run#2`: overloads and branches of one name are used together. */
function nameOf(qualified: string): string {
  return qualified.replace(/#\d+$/, "");
}

/** `A.B` and `A` of `A.B.run`. */
function ownersOf(node: GraphNode): string[] {
  const parts = qualifiedOf(node).split(".");
  return parts.slice(1).map((_, at) => parts.slice(0, parts.length - 1 - at).join("."));
}

/** Why a node without a known use is not worth a look; undefined when it is. */
function excuse(node: GraphNode, uses: Uses, exported: boolean): string | undefined {
  if (isTestFile(node) || node["x-kind"] === "test") return "tests";
  if (TYPE_KINDS.has(node["x-kind"] ?? "")) return "types, properties and lambdas";
  if (/^__.*__$/.test(node.name) || node.name.startsWith("[") || CALLED_BY_NAME.has(node.name)) {
    return "called by a runtime or framework by name";
  }
  if (node["x-signature"]?.trimStart().startsWith("@")) return "decorated";
  if (CONFIG_FILE.test(node.path)) return "in files that tools read";
  if (overrides(node, uses)) return "may be called through a base or an heir";
  return !exported && (node["x-exported"] === true || isPublic(node)) ? "exported" : undefined;
}

/** A name that a package offers by where it stands, whether `__all__` lists it or not. */
function isPublic(node: GraphNode): boolean {
  if (!/(?:^|\/)__init__\.pyi?$/.test(node.path)) return false;
  return !qualifiedOf(node)
    .split(".")
    .some((part) => part.startsWith("_"));
}

/** A method of a class that has bases of unknown content, or a base or heir with a method of that name. */
function overrides(node: GraphNode, uses: Uses): boolean {
  if (node.type !== "function") return false;
  const owner = ownersOf(node)[0];
  if (owner === undefined) return false;
  const start = `${node.path}::class::${owner}`;
  const met = new Set([start]);
  for (const id of met) {
    // In a family of that size somebody has the method, and looking through it for each method would take ages.
    if (id.startsWith("external::") || met.size > MAX_FAMILY) return true;
    const method = `${id.replace("::class::", "::function::")}.${node.name}`;
    if (id !== start && uses.used.has(method)) return true;
    for (const next of [...(uses.bases.get(id) ?? []), ...(uses.heirs.get(id) ?? [])]) met.add(next);
  }
  return false;
}

function listed(node: GraphNode, possible: number): Unreferenced {
  const what =
    node.type === "class" ? "Nothing known makes, extends or names it" : "Nothing known calls or names it";
  const more =
    possible === 0 ? "" : `, but ${counted(possible, "call")} with this name could not be followed`;
  return { node, reason: `${what}${more}`, possible_calls: possible };
}

/** Calls that could not be followed, by the name called; undefined if too many to read. */
async function possibleCalls(reader: GraphReader): Promise<Map<string, number> | undefined> {
  if ((reader.info.stats?.calls.unresolved ?? 0) > MAX_UNRESOLVED_READ) return undefined;
  const counts = new Map<string, number>();
  for (const call of await reader.unresolved()) {
    const name = calledName(call.text);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
