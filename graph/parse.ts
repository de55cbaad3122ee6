import { Language, Parser } from "web-tree-sitter";
import { flatten, type Tree } from "./tree.ts";

export const GRAMMARS = ["python", "javascript", "typescript", "tsx", "go", "java", "rust"] as const;
export type Grammar = (typeof GRAMMARS)[number];

/** A compiled `WebAssembly.Module`. */
export type Compiled = object;

/** Where grammars come from: bundled modules in a Worker, files of npm packages in Node. */
export interface Grammars {
  /** The runtime of tree-sitter itself. */
  runtime(): Promise<Compiled>;
  grammar(name: Grammar): Promise<Compiled>;
}

/** More nodes than any written file has; beyond it the parser's memory, which never shrinks, is the danger. */
export const MAX_FILE_BYTES = 2_000_000;

/** Parses files, one grammar after another: two at once have corrupted each other's tables. */
export class Parsers {
  readonly #grammars: Grammars;
  readonly #parsers = new Map<Grammar, Parser>();

  private constructor(grammars: Grammars) {
    this.#grammars = grammars;
  }

  static async open(grammars: Grammars): Promise<Parsers> {
    await start(grammars);
    return new Parsers(grammars);
  }

  /** Loads a grammar; `parse` needs it to be loaded before. */
  async load(name: Grammar): Promise<void> {
    if (this.#parsers.has(name)) return;
    const language = Language.loadSync(
      (await this.#grammars.grammar(name)) as Parameters<typeof Language.loadSync>[0],
    );
    if (this.#parsers.has(name)) return;
    const parser = new Parser();
    parser.setLanguage(language);
    this.#parsers.set(name, parser);
  }

  /**
   * The syntax tree of `source`, valid until the next call. Undefined when the parser gave up.
   * Throws when the grammar was not loaded.
   */
  parse(name: Grammar, source: string): Tree | undefined {
    const parser = this.#parsers.get(name);
    if (parser === undefined)
      throw new Error(`The grammar "${name}" is not loaded: call load("${name}") first.`);
    const parsed = parser.parse(name === "typescript" || name === "tsx" ? known(source) : source);
    if (parsed === null) return undefined;
    try {
      return flatten(parsed, source);
    } finally {
      // The garbage collector does not know about memory inside WebAssembly.
      parsed.delete();
    }
  }

  close(): void {
    for (const parser of this.#parsers.values()) parser.delete();
    this.#parsers.clear();
  }
}

/** Words of TypeScript that its grammar does not know, where they change nothing that is read: a syntax error would. */
const UNKNOWN = [
  /(?<=\bexport\s+)type(?=\s*\*)/g,
  // The variance of a type parameter: `<in T, out U>`.
  /(?<=[<,]\s*)(?:in\s+out|in|out)(?=\s+[A-Z]\w*(?:\s*[,>=]|\s+extends\b))/g,
];

/** The source with blanks in their place, so that every place stays what it is. */
function known(source: string): string {
  return UNKNOWN.reduce((text, word) => text.replace(word, (found) => " ".repeat(found.length)), source);
}

/** The part of WebAssembly that is used, the same in Node, workerd and browsers, whose type libraries differ. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: { instantiate(module: unknown, imports: unknown): Promise<unknown> };
  }
).WebAssembly;

let started: Promise<void> | undefined;

/** Starts the runtime once per isolate. */
function start(grammars: Grammars): Promise<void> {
  started ??= Parser.init({
    // Emscripten's hook: where the runtime's own file would be looked for on disk, a Worker has no disk.
    instantiateWasm(imports: unknown, done: (instance: unknown, module: unknown) => void) {
      void grammars.runtime().then(async (module) => done(await wasm.instantiate(module, imports), module));
      return {};
    },
  });
  return started;
}
