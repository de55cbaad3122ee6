/** The limit: the same parser over the same files, and a cursor that visits every node. */
import { Language, Parser } from "web-tree-sitter";
import { analyzerFor } from "../../graph/analyzers/index.ts";
import { type Grammar, type Grammars, Parsers } from "../../graph/parse.ts";
import { read } from "../../graph/read.ts";

export interface Bare {
  add(path: string, bytes: Uint8Array): Promise<void>;
  nodes: number;
}

export async function bareParsing(grammars: Grammars): Promise<Bare> {
  // Starts the runtime.
  (await Parsers.open(grammars)).close();
  const parsers = new Map<Grammar, Parser>();
  const parserOf = async (grammar: Grammar): Promise<Parser> => {
    const known = parsers.get(grammar) ?? new Parser();
    if (!parsers.has(grammar))
      known.setLanguage(Language.loadSync((await grammars.grammar(grammar)) as never));
    parsers.set(grammar, known);
    return known;
  };
  const bare: Bare = {
    nodes: 0,
    async add(path, bytes) {
      const grammar = analyzerFor(path)?.grammar;
      const text = read(bytes, path);
      if (grammar === undefined || !("text" in text)) return;
      const tree = (await parserOf(grammar)).parse(text.text);
      if (tree === null) return;
      const cursor = tree.walk();
      bare.nodes += walked(cursor);
      cursor.delete();
      tree.delete();
    },
  };
  return bare;
}

function walked(cursor: ReturnType<NonNullable<ReturnType<Parser["parse"]>>["walk"]>): number {
  for (let nodes = 1; ; nodes++) {
    if (cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return nodes;
  }
}
