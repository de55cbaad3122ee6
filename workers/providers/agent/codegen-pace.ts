/** When to ask Codegen again. */
import type { CodegenError } from "./codegen-client.ts";

const FIRST_S = 3;
const SLOWEST_S = 30;
const GROWTH = 1.5;
/** Its longest window: what a 429 refused is let in again after it. */
const WINDOW_S = 60;
/** A longer wait than this is for a person to know of. */
const LONGEST_S = 60 * 60;

/**
 * Seconds until the next look at a run that was looked at `looks` times. A look reads the run and its log; at this pace
 * eight runs that began together stay within what is published (60 in 30 s for runs, 60 in 60 s for logs).
 *
 * @param error what the last look ended with: after a 429 nothing is asked for a minute at least
 */
export function backoff(looks: number, error?: CodegenError): number {
  const pace = Math.min(SLOWEST_S, Math.round(FIRST_S * GROWTH ** Math.max(0, looks)));
  const asked = Math.min(LONGEST_S, error?.retry_after_s ?? 0);
  return Math.max(pace, asked, error?.status === 429 ? WINDOW_S : 0);
}
