import type { Facts } from "../facts/index.ts";
import { Column } from "./pairs.ts";

/** What a specifier leads to: files of the repository, a directory that is a package without a file, or the outside. */
export interface Target {
  paths?: readonly string[];
  directory?: string;
  external?: string;
}

/** Answers what `specifier`, written in the file `from`, means. Undefined: nothing is known of it. */
export type Modules = (from: string, specifier: string) => Target | undefined;

export const Tongue = { PYTHON: 0, ECMA: 1, GO: 2, JAVA: 3, RUST: 4, OTHER: 5 } as const;

const TONGUES: Record<string, number> = {
  python: Tongue.PYTHON,
  javascript: Tongue.ECMA,
  typescript: Tongue.ECMA,
  go: Tongue.GO,
  java: Tongue.JAVA,
  rust: Tongue.RUST,
};

export interface ProgramFile {
  path: string;
  facts: Facts;
  tongue: number;
  /** Number of this file's first unit and first definition among those of the program. */
  units: number;
  defs: number;
  /** Rank of each variable within its unit. */
  slots: Int32Array;
  /** Program-wide number of each string; filled when asked. */
  strings: Int32Array;
}

/** All files of a repository, with one numbering for units, definitions and strings. */
export class Program {
  readonly files: ProgramFile[] = [];
  readonly byPath = new Map<string, number>();
  /** Columns by unit. */
  readonly unitFile = new Column();
  readonly unitSize = new Column();
  /** File of each definition. */
  readonly defFile = new Column();
  readonly #names: string[] = [];
  readonly #ids = new Map<string, number>();

  constructor(files: readonly { path: string; facts: Facts }[]) {
    for (const { path, facts } of files) this.#add(path, facts);
  }

  /** Number of a string, the same in all files. */
  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#names.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }

  name(id: number): string {
    return this.#names[id] as string;
  }

  /** Program-wide number of a file's string. */
  stringOf(file: ProgramFile, index: number): number {
    let id = file.strings[index] as number;
    if (id === -1) {
      id = this.id(file.facts.strings[index] as string);
      file.strings[index] = id;
    }
    return id;
  }

  #add(path: string, facts: Facts): void {
    const index = this.files.length;
    const sizes = new Int32Array(facts.units.length);
    const slots = new Int32Array(facts.variables.length);
    for (let variable = 0; variable < slots.length; variable++) {
      const unit = facts.variables[variable] as number;
      slots[variable] = sizes[unit] as number;
      sizes[unit] = (sizes[unit] as number) + 1;
    }
    this.files.push({
      path,
      facts,
      tongue: TONGUES[facts.language] ?? Tongue.OTHER,
      units: this.unitFile.length,
      defs: this.defFile.length,
      slots,
      strings: new Int32Array(facts.strings.length).fill(-1),
    });
    this.byPath.set(path, index);
    for (let unit = 0; unit < facts.units.length; unit++) {
      this.unitFile.push(index);
      this.unitSize.push(sizes[unit] as number);
    }
    for (let def = 0; def < facts.defs.length; def++) this.defFile.push(index);
  }
}
