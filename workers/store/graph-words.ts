/** The words of a part, packed so that one can be looked up without reading the others. */
import { Sink, Source } from "../../graph/facts/bytes.ts";
import { byText } from "../../graph/order.ts";

/** Words in order, each with the nodes that have it (by place in their part) and how often. */
export function packWords(words: readonly Map<string, number>[]): Uint8Array<ArrayBuffer> {
  const postings = new Map<string, number[]>();
  const to = new Sink();
  to.uint(words.length);
  words.forEach((counts, node) => {
    let length = 0;
    for (const [word, count] of counts) {
      length += count;
      const known = postings.get(word);
      if (known === undefined) postings.set(word, [node, count]);
      else known.push(node, count);
    }
    to.uint(length);
  });
  const sorted = [...postings.keys()].sort(byText);
  const rows = new Sink();
  to.texts(sorted);
  for (const word of sorted) {
    const before = rows.length;
    packRow(rows, postings.get(word) as number[]);
    to.uint(rows.length - before);
  }
  to.raw(rows.finish());
  return to.finish();
}

/** Most words occur once: the lowest bit says that a count follows. */
function packRow(to: Sink, row: readonly number[]): void {
  let last = 0;
  for (let i = 0; i < row.length; i += 2) {
    const [node, count] = [row[i] as number, row[i + 1] as number];
    to.uint((node - last) * 2 + (count === 1 ? 0 : 1));
    if (count !== 1) to.uint(count);
    last = node;
  }
}

export class Words {
  /** How many words each node has, repeated ones counted. */
  readonly lengths: Int32Array;
  readonly #text: string;
  /** Where each word begins in the text, and each row in the rows; one object a word would take ten times the memory. */
  readonly #words: Int32Array;
  readonly #starts: Int32Array;
  readonly #rows: Uint8Array;

  constructor(bytes: Uint8Array) {
    const from = new Source(bytes);
    this.lengths = new Int32Array(from.count());
    for (let i = 0; i < this.lengths.length; i++) this.lengths[i] = from.uint();
    this.#words = sums(from, from.count());
    this.#text = from.text();
    this.#starts = sums(from, this.#words.length - 1);
    this.#rows = from.raw(this.#starts.at(-1) as number);
    from.end();
  }

  /** Tells every node that has the word, and how often. */
  find(word: string, tell: (node: number, count: number) => void): void {
    let low = 0;
    let high = this.#words.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, word);
      if (order === 0) {
        this.#tell(middle, tell);
        return;
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
  }

  /** All of them, node by node. */
  all(): Map<string, number>[] {
    const all = Array.from(this.lengths, () => new Map<string, number>());
    for (let nth = 0; nth + 1 < this.#words.length; nth++) {
      const word = this.#text.slice(this.#words[nth], this.#words[nth + 1]);
      this.#tell(nth, (node, count) => all[node]?.set(word, count));
    }
    return all;
  }

  /** As `byText` of the nth word and `word`, without making a text of it. */
  #compare(nth: number, word: string): number {
    const start = this.#words[nth] as number;
    const length = (this.#words[nth + 1] as number) - start;
    const most = Math.min(length, word.length);
    for (let i = 0; i < most; i++) {
      const order = this.#text.charCodeAt(start + i) - word.charCodeAt(i);
      if (order !== 0) return order;
    }
    return length - word.length;
  }

  #tell(nth: number, tell: (node: number, count: number) => void): void {
    const from = new Source(this.#rows.subarray(this.#starts[nth], this.#starts[nth + 1]));
    let node = 0;
    while (from.more()) {
      const head = from.uint();
      node += head >>> 1;
      tell(node, (head & 1) === 0 ? 1 : from.uint());
    }
  }
}

/** Lengths as they are written, made places: 0, the first, the first and the second, and so on. */
function sums(from: Source, count: number): Int32Array {
  const places = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) places[i + 1] = (places[i] as number) + from.uint();
  return places;
}
