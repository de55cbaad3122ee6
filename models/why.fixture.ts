/** What the tests of the answer share: a pull request with a validation, as it is changed by what a test is about. */
import { pull, run, validation } from "../pages/nouns.fixture.ts";
import type { Reason, Validation } from "./validation.ts";
import type { Why } from "./why.ts";
import { type WhyInput, whyOf } from "./why-of.ts";

export const NOW = 1_000_000;
export const ON: WhyInput["project"] = {
  auto_merge_enabled: true,
  validation_enabled: true,
  paused_by: null,
  dry_run: false,
  disconnected: null,
};
export const reason = (code: string, message = "Because of the moon"): Reason => ({ code, message });
export const STALL = {
  code: "github_rate_limited",
  message: "GitHub takes no requests",
  until: NOW + 60_000,
};
export const CURRENT = { kind: "test", try: 1, ordered_at: 1, deadline_at: NOW + 9 } as const;

export const VALIDATION = validation();
export const PULL = pull();
export const RUN = run();

export const input = (changes: Partial<WhyInput> = {}): WhyInput => ({
  ...{ pull: PULL, newest: VALIDATION, project: ON, queue: [], run: null, now: NOW },
  ...changes,
});
export const of = (changes: Partial<Validation>, more: Partial<WhyInput> = {}): Why =>
  whyOf(input({ newest: validation(changes), ...more }));
