/** A GitHub at which nothing stands against a merge, for tests that change what matters to them. */
import type { Validation } from "../../models/validation.ts";
import { pullAt } from "../project/decide.fixture.ts";
import type { LivePull } from "../providers/github/index.ts";
import type { MergeSubject, MergeWorld } from "./merge-world.ts";

export const OPEN: LivePull = { ...pullAt(), mergeable: true, merge_commit_sha: null };
export const TIP = "0".repeat(40);
export const NOW = 1_000_000;

export function worldWith(has: Partial<MergeWorld>): MergeWorld {
  return {
    readPull: async () => OPEN,
    tipOf: async () => TIP,
    checksOf: async () => ({ required: [], others: [], own: { name: "tidegate", scope: null, app: null } }),
    requestMerge: async () => {
      throw new Error("Nothing was to be asked for");
    },
    contains: async () => false,
    commit: async () => ({ tree: "tree", parents: [TIP, OPEN.head_sha] }),
    plan: async () => null,
    tested: async () => ({ tree_sha: "tree" }),
    isWanted: async () => true,
    remember: async () => true,
    takeLane: async () => true,
    freeLane: async () => undefined,
    now: () => NOW,
    ...has,
  };
}

/** What passed and is wanted, but for what is said otherwise. */
export function subjectWith(
  validation: Partial<Validation> = {},
  project: Partial<MergeSubject["project"]> = {},
): MergeSubject {
  return {
    validation: {
      ...{ id: "shop.7.a.1", project_id: "shop", pr_number: 7, head_sha: OPEN.head_sha, base_ref: "main" },
      ...{ state: "passed", hold: null, approved_by: null, twin: null, flaky: null, from_fork: false },
      ...{ merge_state: "pending", tested_base_sha: null, ...validation },
    } as Validation,
    project: {
      ...{ auto_merge_enabled: true, dry_run: false, merge_method: "merge", paused_by: null },
      ...{ require_up_to_date: false, repo_id: OPEN.base_repo_id, ...project },
    },
  };
}
