import { goWatches } from "./findings/go.ts";
import { javaWatches } from "./findings/java.ts";
import { javascriptWatches } from "./findings/javascript.ts";
import type { Watches } from "./findings/look.ts";
import { pythonWatches } from "./findings/python.ts";
import { rustWatches } from "./findings/rust.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";
import { Kinds, type Syntax } from "./traits.ts";

/** How one language is measured, and what is found in it. */
export interface Measures {
  syntax: Syntax;
  kinds: Kinds;
  watches: Watches;
}

const ecma = measures(javascript, javascriptWatches);

const LANGUAGES: Record<string, Measures | undefined> = {
  python: measures(python, pythonWatches),
  javascript: ecma,
  jsx: ecma,
  typescript: ecma,
  tsx: ecma,
  go: measures(go, goWatches),
  java: measures(java, javaWatches),
  rust: measures(rust, rustWatches),
};

/** The measures of a language; undefined for one that has no table. */
export function measuresOf(language: string): Measures | undefined {
  return LANGUAGES[language];
}

function measures(syntax: Syntax, watches: Watches): Measures {
  return { syntax, watches, kinds: new Kinds(syntax, Object.keys(watches.at)) };
}
