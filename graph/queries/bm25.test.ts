import { expect, test } from "vitest";
import { B, bm25, type Document, idf, K1 } from "./bm25.ts";

const document = (id: string, text: string): Document => {
  const words = text.split(" ");
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { id, length: words.length, counts };
};

/** The formula as it is printed, one document and one word at a time. */
function naive(
  documents: Document[],
  total: number,
  query: string[],
  word: (w: string) => number,
): Map<string, number> {
  const average = documents.reduce((sum, one) => sum + one.length, 0) / documents.length;
  return new Map(
    documents.map((one) => {
      let score = 0;
      for (const term of query) {
        const f = one.counts.get(term) ?? 0;
        const n = documents.filter((other) => other.counts.has(term)).length;
        const rare = Math.log(1 + (total - n + 0.5) / (n + 0.5));
        score += word(term) * rare * ((f * (K1 + 1)) / (f + K1 * (1 - B + (B * one.length) / average)));
      }
      return [one.id, score];
    }),
  );
}

test("bm25() agrees with the printed formula", () => {
  const documents = [
    document("a", "parse the file then parse the tree"),
    document("b", "tree tree tree"),
    document("c", "a file of many other words that nobody asks for at all"),
  ];
  const weights = new Map([
    ["parse", 2],
    ["tree", 1],
    ["file", 0.5],
    ["absent", 3],
  ]);
  const average = documents.reduce((sum, one) => sum + one.length, 0) / documents.length;
  const scores = bm25(documents, 10, average, weights);
  const expected = naive(documents, 10, [...weights.keys()], (word) => weights.get(word) ?? 0);
  for (const [id, score] of expected) expect(scores.get(id)).toBeCloseTo(score, 10);
});

test("bm25() values what is rare, and short documents over long ones", () => {
  const documents = [
    document("rare", "quorum of words here"),
    document("common", "words of words here"),
    document("long", "quorum and so very many words more than any other of all these"),
  ];
  const scores = bm25(documents, 3, 7, new Map([["quorum", 1]]));
  expect(scores.get("common")).toBe(0);
  expect(scores.get("rare") as number).toBeGreaterThan(scores.get("long") as number);
});

test("idf() is never negative, even when a word is in every document or the total is wrong", () => {
  for (const [total, holders] of [
    [1, 1],
    [100, 100],
    [0, 5],
    [3, 9],
  ] as const)
    expect(idf(total, holders)).toBeGreaterThan(0);
  expect(idf(100, 1)).toBeGreaterThan(idf(100, 50));
});
