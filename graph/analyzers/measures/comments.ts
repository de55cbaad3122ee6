import type { Node, Tree } from "../../tree.ts";
import { addText, type Words } from "./words.ts";

const LICENCE = /licen[cs]ed? |copyright/i;

/** Comments that wait for what follows: those that document a definition count there, all others where they stand. */
export class Comments {
  readonly #tree: Tree;
  readonly #waiting: Node[] = [];
  #line = -1;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** `words` are those of the place where it stands. */
  add(comment: Node, leading: boolean, words: Words): void {
    // Code between two comments parts them.
    if (this.#line !== -1) this.settle(words);
    // Licences say the same in every file.
    if (leading && LICENCE.test(this.#tree.text(comment))) return;
    this.#waiting.push(comment);
    this.#line = -1;
  }

  /** A token follows. The first line of code may still lead to a definition: `export default class`. */
  before(start: number, words: Words): void {
    const line = this.#tree.lineAt(start);
    if (this.#line === -1) this.#line = line;
    else if (line !== this.#line) this.settle(words);
  }

  settle(words: Words): void {
    for (const comment of this.#waiting) addText(words, this.#tree.text(comment));
    this.#waiting.length = 0;
  }

  drop(): void {
    this.#waiting.length = 0;
  }
}
