/** What was thrown under a step, as our own log may keep it: it may quote what a sandbox or a vendor printed. */
import { messageOf } from "../log.ts";
import { formsOf, redact } from "./redact.ts";

/** @param known reads every secret that the message could hold */
export async function complaintOf(thrown: unknown, known: () => Promise<readonly string[]>): Promise<string> {
  try {
    return redact(formsOf(await known()), messageOf(thrown), true).clean;
  } catch (error) {
    // What cannot be cleaned is not said.
    const what = thrown instanceof Error ? thrown.name : typeof thrown;
    return `${what}, not in its words: the secrets cannot be read: ${messageOf(error)}`;
  }
}
