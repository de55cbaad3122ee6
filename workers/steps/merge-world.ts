/** What the merge of a head touches, remembers and comes to. */
import { z } from "zod";
import type { Plan } from "../../models/config.ts";
import type { Outcome } from "../../models/fact.ts";
import type { ProjectSettings } from "../../models/project.ts";
import type { Evidence } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import type {
  LivePull,
  MergeAnswer,
  MergeRequest,
  OtherCheck,
  RequiredCheck,
} from "../providers/github/index.ts";
import type { OwnCheck } from "./conditions.ts";

/** `requests`: how often GitHub was asked; kept before asking, so that a repeat looks before it leaps. */
export const Progress = z.object({
  requests: z.number().int().default(0),
  /** Where the base was when a request was sent whose answer is not known; null: every answer is. */
  tip: z.string().nullable().default(null),
  /** When a request was about to leave that may be under way still, in ms since 1970; null: none is. */
  asked_at: z.number().nullable().default(null),
  reads: z.number().int().default(0),
  /** How often another project's merge into the same base was in the way. */
  waits: z.number().int().default(0),
});
export type Progress = z.infer<typeof Progress>;

export type Merge = NonNullable<Outcome["merge"]>;
export type Proof = Omit<Evidence, "duration_ms">;

/** A visit of the merge: its end with what proves it, or when to come again with what to remember. */
export type MergeVisit = { merge: Merge; proof: Proof } | { again_s: number; memo: Progress };

/** What was tested: the head alone, or the result of its merge with the tip of the base. */
export type Tested = { tree_sha: string | null };

/** Everything that the merge touches. Every call may fail, be slow, or be the last before the Worker is killed. */
export type MergeWorld = {
  readPull(): Promise<LivePull | null>;
  /** Where a branch is now; null when it is gone. */
  tipOf(branch: string): Promise<string | null>;
  checksOf(live: LivePull): Promise<{ required: RequiredCheck[]; others: OtherCheck[]; own: OwnCheck }>;
  /** @param leave_by a request that has not left until then, in ms since 1970, must not leave any more */
  requestMerge(request: MergeRequest, leave_by: number): Promise<MergeAnswer>;
  /** Whether a branch has a commit in its history. */
  contains(branch: string, sha: string): Promise<boolean>;
  commit(sha: string): Promise<{ tree: string; parents: string[] }>;
  plan(): Promise<Plan | null>;
  tested(): Promise<Tested>;
  /** Whether the project still waits for this very merge, and has nothing against it. */
  isWanted(): Promise<boolean>;
  /** Writes down what the next visit must know; false when a newer visit of this order is at it by now. */
  remember(progress: Progress): Promise<boolean>;
  /** Keeps merges of other projects into this base out for a while; false while one of them is at it. */
  takeLane(base: string): Promise<boolean>;
  freeLane(base: string): Promise<void>;
  now(): number;
};

export type MergeSubject = {
  validation: Validation;
  project: Pick<
    ProjectSettings,
    "auto_merge_enabled" | "dry_run" | "merge_method" | "paused_by" | "require_up_to_date"
  > & { repo_id: number };
};
