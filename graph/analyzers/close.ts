import type { Def, Facts, FindingFact, Writer } from "../facts/index.ts";
import type { Node, Tree } from "../tree.ts";
import { Look, Silences } from "./measures/findings/index.ts";
import { type Measures, measuresOf } from "./measures/languages.ts";
import { isMinified, type Mark, markOfPath, saysGenerated } from "./measures/marks.ts";
import { Walk, type Walked } from "./measures/walk.ts";
import { addText, addWord, type Words } from "./measures/words.ts";

export interface Closing {
  analyzer: string;
  language: string;
  /** Syntax node of each definition -> its index in `writer.defs`. */
  owners: ReadonlyMap<Node, number>;
  docstring: string;
  package: string;
}

/** Ends the analysis of a file: measures its definitions, collects their words, looks for findings, marks what is not written by hand. */
export function close(tree: Tree, path: string, writer: Writer, closing: Closing): Facts {
  const measures = measuresOf(closing.language);
  if (measures === undefined) {
    throw new RangeError(
      `Cannot measure "${path}": add the language "${closing.language}" to the table in measures/languages.ts`,
    );
  }
  let mark = markOfPath(path);
  if (mark === "" && isMinified(closing.language, tree.source.length, tree.starts.length)) mark = "minified";
  const quiet = mark === "vendored" || mark === "minified";
  const look = new Look(tree, path, measures.watches.literals);
  const silences = new Silences();
  const mentionsSilence = tree.source.includes("tidegate-ignore");
  const { at } = measures.watches;
  const walk = new Walk(tree, measures.syntax, measures.kinds, writer.defs, {
    comment(node, leading) {
      if (leading && mark === "" && saysGenerated(tree.text(node))) mark = "generated";
      if (mentionsSilence) silences.add(tree.text(node), tree.line(node), tree.endLine(node));
    },
    watched(node, type) {
      if (!quiet) at[type]?.(look, node);
    },
  });
  const walked = walk.run(closing.owners);
  writer.findings.push(...heard(look.found, silences, walked));
  const sums = walked.lines.sums();
  fill(writer.defs, walked, sums);
  return writer.finish({
    analyzer: closing.analyzer,
    language: closing.language,
    docstring: closing.docstring,
    package: closing.package,
    // A line feed ends a line; it does not begin another.
    lines: tree.starts.length - (tree.source.endsWith("\n") ? 1 : 0),
    sloc: sums.at(-1) ?? 0,
    mark,
    trouble: tree.cut ? "too_deep" : tree.broken ? "syntax" : "",
    words: wordsOf(path, closing, measures, mark, walked),
  });
}

function fill(defs: readonly Def[], walked: Walked, sums: Int32Array): void {
  const { complexity, volumes } = walked;
  const last = sums.length - 1;
  defs.forEach((def, index) => {
    const isFunction = def.type === "function";
    def.cyclomatic = isFunction ? (complexity.cyclomatic[index] as number) : 0;
    def.cognitive = isFunction ? (complexity.cognitive[index] as number) : 0;
    def.volume = volumes[index] as number;
    const [first, end] = def.lines;
    def.sloc = (sums[Math.min(end, last)] ?? 0) - (sums[Math.min(Math.max(first - 1, 0), last)] ?? 0);
  });
}

function heard(found: readonly FindingFact[], silences: Silences, walked: Walked): FindingFact[] {
  return found.filter(({ rule, lines }) => !silences.covers(rule, lines, (line) => walked.lines.has(line)));
}

/** Words of the file first take those of its path, so that no limit cuts them off. */
function wordsOf(path: string, closing: Closing, measures: Measures, mark: Mark, walked: Walked): Words[] {
  const file: Words = new Map();
  addText(file, path);
  // Names that a tool has shortened say nothing.
  if (mark === "minified") return [file, ...walked.words.slice(1).map(() => new Map<string, number>())];
  if (measures.syntax.documents === "strings") addText(file, closing.docstring);
  const [rest, ...others] = walked.words;
  for (const [word, times] of rest ?? []) addWord(file, word, times);
  return [file, ...others];
}
