import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Compiled, Grammar, Grammars } from "../graph/parse.ts";

const PACKAGES: Record<Grammar, string> = {
  python: "tree-sitter-python/tree-sitter-python.wasm",
  javascript: "tree-sitter-javascript/tree-sitter-javascript.wasm",
  typescript: "tree-sitter-typescript/tree-sitter-typescript.wasm",
  tsx: "tree-sitter-typescript/tree-sitter-tsx.wasm",
  go: "tree-sitter-go/tree-sitter-go.wasm",
  java: "tree-sitter-java/tree-sitter-java.wasm",
  rust: "tree-sitter-rust/tree-sitter-rust.wasm",
};

const find = createRequire(import.meta.url);

/** The grammars of the npm packages, for Node. */
export const grammars: Grammars = {
  runtime: () => compile("web-tree-sitter/web-tree-sitter.wasm"),
  grammar: (name) => compile(PACKAGES[name]),
};

const wasm = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<Compiled> } })
  .WebAssembly;

async function compile(file: string): Promise<Compiled> {
  return wasm.compile(await readFile(find.resolve(file)));
}
