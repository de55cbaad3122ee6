/** What was thrown under a step, as our log and a reason may keep it: it may quote what a sandbox or a vendor printed. */
import { messageOf } from "../log.ts";
import { formsOf, redact } from "./redact.ts";

/** Longest of it, in characters. */
const MOST = 1_000;

/** @param known reads every secret that the message could hold */
export async function complaintOf(thrown: unknown, known: () => Promise<readonly string[]>): Promise<string> {
  try {
    return shortened(redact(formsOf(await known()), messageOf(thrown), true).clean);
  } catch (error) {
    // What cannot be cleaned is not said.
    const what = thrown instanceof Error ? thrown.name : typeof thrown;
    return `${what}, not in its words: the secrets cannot be read: ${messageOf(error)}`;
  }
}

/** A message that others wrote, as long as a reason may be. */
export function shortened(message: string): string {
  return message.length <= MOST ? message : `${message.slice(0, MOST).toWellFormed()}…`;
}

/** Why a step ended of which nobody heard anything but errors. */
export function givenUp(kind: string, complaint: string | null): string {
  const message = `The ${kind} step failed again and again and was given up`;
  return complaint === null ? message : `${message}: ${complaint}`;
}
