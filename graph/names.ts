import { fileId, idOf, type Targets } from "./parts.ts";
import type { Read } from "./shelf.ts";

/** Ids of definitions by the numbers of file and definition; a file is opened once for all its ids. */
export class Names implements Targets {
  readonly #files: readonly Read[];
  readonly #defs: (readonly { id: string; test: boolean }[] | undefined)[];

  constructor(files: readonly Read[]) {
    this.#files = files;
    this.#defs = new Array(files.length);
  }

  id(file: number, def: number): string {
    return def === -1 ? fileId(this.path(file)) : (this.#of(file)[def]?.id ?? fileId(this.path(file)));
  }
  isTest(file: number, def: number): boolean {
    return this.#of(file)[def]?.test ?? false;
  }
  path(file: number): string {
    return (this.#files[file] as Read).path;
  }

  #of(file: number): readonly { id: string; test: boolean }[] {
    let defs = this.#defs[file];
    if (defs === undefined) {
      const opened = { path: this.path(file), blob: "", facts: (this.#files[file] as Read).facts() };
      defs = opened.facts.defs.map(({ test }, def) => ({ id: idOf(opened, def), test }));
      this.#defs[file] = defs;
    }
    return defs;
  }
}
