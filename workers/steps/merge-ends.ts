/** How a merge ends that GitHub was not asked for, or gave no good answer to. */
import type { Validation } from "../../models/validation.ts";
import { LOOK_AGAIN_S } from "./conditions.ts";
import type { Merge } from "./merge-world.ts";

/** The project says the rest when it looks again: what stands against it, or that it waits for another try. */
export const UNWANTED: Merge = {
  state: "blocked",
  reasons: [{ code: "not_wanted", message: "Something came up just before the merge" }],
  commit_sha: null,
  again_s: 5,
};

export function unclear(said: string, what: string): Merge {
  return refused(
    "unknown",
    "ambiguous_merge",
    `GitHub gave no clear answer (${said}); ${what}: a person must look`,
  );
}

/** A repository that was renamed, and another took its name: what is shown there is a stranger's. */
export function another(shown: number, ours: number): Merge {
  const message = `GitHub shows repository ${shown} under the name of ${ours}: it is asked for its name anew`;
  return { ...refused("blocked", "other_repository", message), again_s: LOOK_AGAIN_S };
}

export function baseGone(base: string): Merge {
  return { ...refused("blocked", "base_missing", `GitHub shows no ${base}`), again_s: LOOK_AGAIN_S };
}

export function rehearsed({ head_sha, base_ref }: Validation, method: string): Merge {
  const message = `Dry run: everything held, and ${head_sha} would have been merged into ${base_ref} (${method})`;
  return { state: "rehearsed", reasons: [{ code: "dry_run", message }], commit_sha: null, again_s: null };
}

export function refused(state: "blocked" | "rejected" | "unknown", code: string, message: string): Merge {
  return { state, reasons: [{ code, message }], commit_sha: null, again_s: null };
}
