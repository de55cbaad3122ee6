/** What comes of a request. */
import type { Told } from "../runs/asking.ts";

/** A sign on the comment, and words below it. */
export type Answer = { sign: "eyes" | "+1" | null; words: string | null };

export const said = (words: string): Answer => ({ sign: null, words });

export function answerTo({ refused }: Told, words: string | null = null): Answer {
  return refused === null ? { sign: "+1", words } : said(`${refused}.`);
}
