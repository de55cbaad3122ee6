import { estimateTokens } from "./token-estimate.ts";

/** Counts tokens as a family of models does. */
export interface Tokenizer {
  /** Name of the encoding, or `estimate` where the model's own is not public. */
  name: string;
  /** Not below what the encoding gives: of an estimate, for texts of some hundred tokens and more. */
  count(text: string): number;
}

export const ENCODINGS = ["o200k_base", "cl100k_base"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What is used of `gpt-tokenizer/encoding/<name>`. */
export interface EncodingModule {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
}

/**
 * Brings one encoding, such as `(name) => import(...)`. Passed in, because its tables are megabytes that only some
 * callers want: about 20 MB of heap for o200k_base, 10 MB for cl100k_base. Undefined for one that is not at hand.
 */
export type LoadEncoding = (name: Encoding) => Promise<EncodingModule | undefined>;

/** Families by how a model's name begins; the first that fits counts. Others have no public tokenizer. */
const FAMILIES: readonly (readonly [prefix: string, encoding: Encoding])[] = [
  ["gpt-4o", "o200k_base"],
  ["chatgpt-4o", "o200k_base"],
  ["gpt-4.1", "o200k_base"],
  ["gpt-4.5", "o200k_base"],
  ["gpt-5", "o200k_base"],
  ["gpt-oss", "o200k_base"],
  ["o1", "o200k_base"],
  ["o3", "o200k_base"],
  ["o4", "o200k_base"],
  ["codex", "o200k_base"],
  ["o200k_base", "o200k_base"],
  ["gpt-4", "cl100k_base"],
  ["gpt-3.5", "cl100k_base"],
  ["gpt-35", "cl100k_base"],
  ["text-embedding-3", "cl100k_base"],
  ["text-embedding-ada-002", "cl100k_base"],
  ["cl100k_base", "cl100k_base"],
];

/** The public encoding of a model, told by its name (`openai/gpt-4o-mini` too); undefined if it has none. */
export function encodingOf(model: string): Encoding | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return FAMILIES.find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** The tokenizer of a model: its own where it is public and a loader is at hand, else the estimate. */
export async function tokenizerFor(model: string | undefined, load?: LoadEncoding): Promise<Tokenizer> {
  const encoding = model === undefined ? undefined : encodingOf(model);
  if (encoding === undefined || load === undefined) return estimate;
  const loaded = await load(encoding);
  if (loaded === undefined) return estimate;
  return { name: encoding, count: (text) => countBounded(text, loaded) };
}

/** Longer runs without a break take the encoder time that grows with their square. */
const MAX_RUN = 1_000;
const LONG_RUN = new RegExp(`\\S{${MAX_RUN},}|\\s{${MAX_RUN},}`, "g");
// Written in a source, `<|endoftext|>` is text like any other.
const ORDINARY = { disallowedSpecial: new Set<string>() };

/** Exact, but for runs no person wrote: of those every byte is taken for a token, which is the most it can be. */
function countBounded(text: string, encoding: EncodingModule): number {
  let total = 0;
  let from = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    if (run.index > from) total += encoding.countTokens(text.slice(from, run.index), ORDINARY);
    total += bytesOf(run[0]);
    from = run.index + run[0].length;
  }
  return total + (from < text.length ? encoding.countTokens(text.slice(from), ORDINARY) : 0);
}

/** For models without a public tokenizer; see `token-estimate.ts` for what it is worth. */
export const estimate: Tokenizer = { name: "estimate", count: estimateTokens };

function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Half of a pair counts two bytes of its four; alone it is replaced by a sign of three.
    bytes += code < 128 ? 1 : code < 0x800 ? 2 : 3;
  }
  return bytes;
}
