import type { Facts } from "../facts/index.ts";
import type { Grammar } from "../parse.ts";
import type { Tree } from "../tree.ts";

/** What a language has to bring. See `_template.ts`; the table is in `index.ts`. */
export interface Analyzer {
  language: string;
  /** Part of the key under which facts are kept: raise it whenever the facts of any file may come out differently. */
  version: number;
  /** File name endings, with the dot, and the grammar that reads them. */
  grammars: Record<string, Grammar>;
  /** The facts of one file. `path` serves only what is in a name (tests, `.d.ts`, `__init__.py`). Must not throw on bad code. */
  analyze(tree: Tree, path: string): Facts;
}
