import { type Facts, Writer } from "../../facts/index.ts";
import { NONE, type Tree } from "../../tree.ts";
import { close } from "../close.ts";
import { EXPRESSIONS } from "./expressions.ts";
import { closeModule } from "./modules.ts";
import { surveyNames } from "./names.ts";
import { STATEMENTS } from "./statements.ts";
import { commentText } from "./syntax.ts";
import { Walker } from "./walker.ts";

const TABLES = { expressions: EXPRESSIONS, statements: STATEMENTS };

/** Directories and endings that say a file is a test. */
const TEST_PATH = /(?:^|\/)(?:tests?|__tests__|spec)\/|[.-](?:test|spec)\.[cm]?[jt]sx?$/;

/** Walks a whole file; what was found is in the walker and its writer. */
export function walkEcma(tree: Tree, path: string): Walker {
  const walker = new Walker(tree, new Writer(), surveyNames(tree), TABLES, { inTests: TEST_PATH.test(path) });
  walker.enter(walker.names.module);
  walker.statements(0);
  closeModule(walker);
  walker.close(walker.frame);
  return walker;
}

/** The facts of one JavaScript or TypeScript file. */
export function analyzeEcma(tree: Tree, path: string, language: "javascript" | "typescript"): Facts {
  const { writer, owners } = walkEcma(tree, path);
  return close(tree, path, writer, {
    analyzer: language,
    language,
    owners,
    docstring: docstringOf(tree),
    package: "",
  });
}

/** The doc comment at the head of a file that is about the file and not about what follows it. */
function docstringOf(tree: Tree): string {
  let first = tree.first(0);
  while (first !== NONE && tree.type(first) === "hash_bang_line") first = tree.next(first);
  if (first === NONE || tree.type(first) !== "comment") return "";
  const text = tree.text(first);
  if (!text.startsWith("/**") || text.length < 5) return "";
  const next = tree.next(first);
  const isAbout = /@(?:file|fileoverview|module|packageDocumentation|license)\b/.test(text);
  const apart =
    next === NONE || tree.line(next) > tree.endLine(first) + 1 || tree.type(next) === "import_statement";
  return isAbout || apart ? commentText(text.slice(3, -2)) : "";
}
