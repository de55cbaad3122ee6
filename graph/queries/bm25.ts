/**
 * Okapi BM25 with the two usual constants (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
 * Beyond", 2009) and the idf of Lucene, which is never negative: ln(1 + (N - n + 0.5) / (n + 0.5)).
 */
export const K1 = 1.2;
export const B = 0.75;

export interface Document {
  id: string;
  /** Words in it. */
  length: number;
  /** How often it has each word asked for; may be a sum over fields with weights. */
  counts: ReadonlyMap<string, number>;
}

/** How telling a word is that stands in `holders` of `total` documents. */
export function idf(total: number, holders: number): number {
  return Math.log(1 + (Math.max(total, holders) - holders + 0.5) / (holders + 0.5));
}

/**
 * Scores of the documents, all of which hold at least one of the words; `weights` says how much each word of the
 * query counts, `total` how many documents there are in all.
 */
export function bm25(
  documents: readonly Document[],
  total: number,
  averageLength: number,
  weights: ReadonlyMap<string, number>,
): Map<string, number> {
  const telling = wordValues(documents, total, weights);
  const scores = new Map<string, number>();
  for (const document of documents) {
    const long = averageLength > 0 ? document.length / averageLength : 1;
    const damping = K1 * (1 - B + B * long);
    let score = 0;
    for (const [word, count] of document.counts) {
      const value = telling.get(word);
      if (value !== undefined && count > 0) score += (value * count * (K1 + 1)) / (count + damping);
    }
    scores.set(document.id, score);
  }
  return scores;
}

/** Weight times idf of each word. */
function wordValues(
  documents: readonly Document[],
  total: number,
  weights: ReadonlyMap<string, number>,
): Map<string, number> {
  const holders = new Map<string, number>();
  for (const document of documents) {
    for (const [word, count] of document.counts) {
      if (count > 0) holders.set(word, (holders.get(word) ?? 0) + 1);
    }
  }
  const values = new Map<string, number>();
  for (const [word, weight] of weights) values.set(word, weight * idf(total, holders.get(word) ?? 0));
  return values;
}
