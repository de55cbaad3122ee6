/** What comes of a request. */
import type { Told } from "../runs/asking.ts";

/** A sign on the comment, words below it, and what is written into the audit. */
export type Answer = {
  sign: "eyes" | "+1" | null;
  words: string | null;
  did: { action: string; target: string } | null;
};

export const said = (words: string): Answer => ({ sign: null, words, did: null });

export function answerTo({ heard, refused }: Told, did: Answer["did"], words: string | null = null): Answer {
  return refused === null ? { sign: "+1", words, did: heard ? did : null } : said(`${refused}.`);
}
