import type { Analyzer } from "./analyzer.ts";
import { analyzeEcma } from "./ecma/analyze.ts";

export const javascript: Analyzer = {
  language: "javascript",
  version: 2,
  grammars: { ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript" },
  analyze: (tree, path) => analyzeEcma(tree, path, "javascript"),
};
