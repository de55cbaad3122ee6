import type { GraphNode } from "../../models/graph.ts";
import {
  type AffectedFile,
  type AffectedSymbol,
  type ImpactAnswer,
  ImpactQuestion,
  type ImpactQuestion as Question,
} from "../../models/impact.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { confidenceOf, counted, head, isCut, pageOf, questionOf } from "./answer.ts";
import { type Changes, changesOf, symbolOf } from "./changes.ts";
import { fileFinder } from "./hot-spots.ts";
import { likely } from "./likely.ts";
import { ownersHit, parseOwners } from "./owners.ts";
import { type Reach, type Reached, reach, wayOf } from "./reach.ts";
import { risk } from "./risk.ts";
import { signsOf } from "./signs.ts";
import { isTestFile } from "./test-files.ts";
import { reachedTests, testsToRun } from "./tests-to-run.ts";

/** Reached nodes that are read to tell their names; the others are counted with their files. */
const MAX_READ = 5000;
/** Levels that are followed. A graph has some tens, and each costs a reading where graphs are kept far away. */
const MAX_LEVELS = 250;

/** What is known when an answer is put together. */
export interface Impact {
  changes: Changes;
  reach: Reach;
  files: readonly GraphNode[];
  fileOf: (id: string) => string | undefined;
  /** Nodes of the nearest that are reached. */
  details: ReadonlyMap<string, GraphNode>;
  isTest: (id: string) => boolean;
  affected: AffectedFile[];
}

/** What a change may break: how far it reaches, what is likely to change too, whom to ask, which tests to run. */
export async function impact(reader: GraphReader, question: Question): Promise<ImpactAnswer> {
  const asked = questionOf(ImpactQuestion, question);
  const whole = await measure(reader, asked);
  // The risk of a change is the same, however much of its reach is listed.
  const allTests = testsOf(whole);
  const signs = await signsOf(reader, whole, allTests);
  const known = asked.depth === undefined ? whole : upTo(asked.depth, whole);
  const { changes, affected } = known;
  const tests = known === whole ? allTests : testsOf(known);
  const ranked = await likely(reader, {
    changed: changes.changes.map((change) => change.node),
    text: changes.text,
    reach: whole.reach,
    files: known.files,
    fileOf: known.fileOf,
    history: asked.history,
  });
  const changedFiles = [...new Set([...changes.files, ...changes.unknown])].sort(byText);
  const listed = changes.changes.filter((change) => change.listed).map(symbolOf);
  const paths = affected.map((file) => file.path);
  const entries = entriesOf(known);
  const totals = {
    changed_symbols: listed.length,
    affected_files: affected.length,
    affected_symbols: known.reach.reached.size,
    affected_tests: tests.length,
    entry_points: entries.length,
    likely: ranked.length,
  };
  return {
    ...head(reader),
    notes: notesOf(reader, known, signs.lost),
    unresolved: signs.lost,
    truncated: known.reach.cut || Object.values(totals).some((total) => isCut(total, asked)),
    totals,
    plugin: "basic",
    changed_files: changedFiles,
    changed_symbols: pageOf(listed, asked),
    unknown_files: changes.unknown,
    affected_files: pageOf(affected, asked),
    affected_symbols: await symbolsOf(reader, known, asked),
    entry_points: pageOf(entries, asked),
    affected_tests: pageOf(tests, asked).map((test) => test.path),
    tests: pageOf(tests, asked),
    likely: pageOf(ranked, asked),
    owners: ownersHit(parseOwners(asked.codeowners ?? ""), changedFiles, paths),
    risk: risk(signs),
  };
}

/** Changes, reach and what is affected; everything else follows from these. */
async function measure(reader: GraphReader, asked: ReturnType<typeof ImpactQuestion.parse>): Promise<Impact> {
  const [changes, files] = await Promise.all([changesOf(reader, asked), reader.files()]);
  const seeds = changes.changes.map(({ node }) => ({ id: node.id, imported: node.type === "file" }));
  const found = await reach(reader, seeds, { depth: MAX_LEVELS, confidence: asked.confidence });
  const nearest = [...found.reached.keys()].slice(0, MAX_READ);
  const details = new Map((await reader.nodes(nearest)).map((node) => [node.id, node]));
  const fileOf = fileFinder(files);
  const testFiles = new Set(files.filter(isTestFile).map((file) => file.id));
  const isTest = (id: string): boolean =>
    details.get(id)?.["x-test"] === true || testFiles.has(fileOf(id) ?? "");
  const affected = filesOf({ reach: found, files, fileOf, changes });
  return { changes, reach: found, files, fileOf, details, isTest, affected };
}

/** What is reached within so many steps. */
function upTo(depth: number, whole: Impact): Impact {
  const all = whole.reach.reached;
  const reached = new Map([...all].filter(([, { distance }]) => distance <= depth));
  const ends = whole.reach.ends.filter((id) => reached.has(id));
  const near = { ...whole.reach, reached, ends, cut: whole.reach.cut || reached.size < all.size };
  return { ...whole, reach: near, affected: filesOf({ ...whole, reach: near }) };
}

/** Files of what is reached, changed ones left out: those in use before those only imported from, nearest first. */
function filesOf(known: Pick<Impact, "reach" | "files" | "fileOf" | "changes">): AffectedFile[] {
  const { reach: found, fileOf, changes } = known;
  const paths = new Map(known.files.map((file) => [file.id, file.path]));
  const changed = new Set(changes.files);
  const files = new Map<string, AffectedFile>();
  for (const each of found.reached.values()) {
    const path = paths.get(fileOf(each.id) ?? "");
    if (path === undefined || changed.has(path)) continue;
    const file = files.get(path);
    if (file === undefined) {
      files.set(path, { path, edges: [each.edge.type], ...placeOf(each), symbols: 1 });
      continue;
    }
    file.symbols += 1;
    if (!file.edges.includes(each.edge.type)) file.edges.push(each.edge.type);
    // Several ways of one length: the file is as surely reached as by the surest.
    const place = placeOf(each);
    const surer = each.distance === file.distance && place.confidence === "exact";
    if (surer && file.weak === each.weak) file.confidence = place.confidence;
  }
  for (const file of files.values()) file.edges.sort(byText);
  return [...files.values()].sort(
    (a, b) => Number(a.weak) - Number(b.weak) || a.distance - b.distance || byText(a.path, b.path),
  );
}

function placeOf({ distance, doubt, weak }: Reached) {
  const type: "direct" | "transitive" = distance === 1 ? "direct" : "transitive";
  return { impact_type: type, distance, confidence: confidenceOf(doubt), weak };
}

/** The page of reached nodes, also those beyond what was read. */
async function symbolsOf(
  reader: GraphReader,
  { reach: found, details }: Impact,
  page: { limit: number; offset: number },
): Promise<AffectedSymbol[]> {
  const shown = pageOf([...found.reached.values()], page);
  const missing = shown.filter((each) => !details.has(each.id)).map((each) => each.id);
  const rest = new Map(
    (missing.length === 0 ? [] : await reader.nodes(missing)).map((node) => [node.id, node]),
  );
  return shown.flatMap((each) => {
    const node = details.get(each.id) ?? rest.get(each.id);
    if (node === undefined) return [];
    const { id, type, name, path } = node;
    return [{ id, type, name, path, ...placeOf(each), via: wayOf(found, id) }];
  });
}

function testsOf(known: Impact) {
  const changedTests = known.changes.changes
    .filter(({ node }) => node["x-test"] === true && node.type === "function")
    .map(({ node }) => ({ node, distance: 0 }));
  const reached = reachedTests(known.reach, known.isTest).flatMap(({ id, distance }) => {
    const node = known.details.get(id);
    return node === undefined ? [] : [{ node, distance }];
  });
  return testsToRun({
    nodes: [...changedTests, ...reached],
    changed: known.changes.files,
    testFiles: known.files.filter(isTestFile).map((file) => file.path),
  });
}

function entriesOf({ reach: found, details, isTest }: Impact): { id: string; name: string; path: string }[] {
  return found.ends.flatMap((id) => {
    const node = details.get(id);
    if (node === undefined || isTest(id)) return [];
    return [{ id, name: node.name, path: node.path }];
  });
}

function notesOf(reader: GraphReader, known: Impact, lost: number): string[] {
  const notes = [...head(reader).notes, ...known.changes.notes];
  const all = reader.info.stats?.calls.unresolved ?? 0;
  if (lost > 0) notes.push(`${counted(lost, "call")} in and around the change could not be followed`);
  else if (all > 0) notes.push(`${counted(all, "call")} elsewhere in this graph could not be followed`);
  if (known.reach.cut)
    notes.push("There is more beyond what was followed: the reach is at least what is listed");
  const weak = known.affected.filter((file) => file.weak).length;
  if (weak > 0)
    notes.push(
      `${counted(weak, "file")} ${weak === 1 ? "imports" : "import"} what changed without a known use of it`,
    );
  return notes;
}
