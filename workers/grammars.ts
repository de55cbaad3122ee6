/** The only WebAssembly of the Worker: tree-sitter and its grammars, compiled when the Worker is deployed. */
import go from "tree-sitter-go/tree-sitter-go.wasm";
import java from "tree-sitter-java/tree-sitter-java.wasm";
import javascript from "tree-sitter-javascript/tree-sitter-javascript.wasm";
import python from "tree-sitter-python/tree-sitter-python.wasm";
import rust from "tree-sitter-rust/tree-sitter-rust.wasm";
import tsx from "tree-sitter-typescript/tree-sitter-tsx.wasm";
import typescript from "tree-sitter-typescript/tree-sitter-typescript.wasm";
import runtime from "web-tree-sitter/web-tree-sitter.wasm";
import { type Grammar, type Grammars, Parsers } from "../graph/parse.ts";

const MODULES: Record<Grammar, WebAssembly.Module> = {
  go,
  java,
  javascript,
  python,
  rust,
  tsx,
  typescript,
};

/** The grammars of this bundle; one becomes part of the running memory when a file first needs it. */
export const grammars: Grammars = {
  runtime: async () => runtime,
  grammar: async (name) => MODULES[name],
};

let shared: Promise<Parsers> | undefined;

/** The parsers of this isolate: loading a grammar costs time and memory, so that all work shares them. */
export function parsersOf(): Promise<Parsers> {
  shared ??= Parsers.open(grammars).catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  return shared;
}
