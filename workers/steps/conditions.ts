/** What must hold at the moment of the merge. Pure: what was read comes in, the unmet condition goes out. */
import type { Plan } from "../../models/config.ts";
import type { Outcome } from "../../models/fact.ts";
import type { ProjectSettings } from "../../models/project.ts";
import type { Pull } from "../../models/pull.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { isHeld } from "../project/state.ts";
import { isOurName, type OtherCheck, type RequiredCheck } from "../providers/github/index.ts";

type Merge = NonNullable<Outcome["merge"]>;

/** How long until it is worth looking again, in seconds; webhooks usually come before. */
const LOOK_AGAIN_S = 60;

function held(state: "blocked" | "rejected", reasons: Reason[], again_s: number | null): Merge {
  return { state, reasons, commit_sha: null, again_s };
}

/** The live pull request must still be the validated one, and the owner must still want the merge. */
export function headConditions(
  live: Pull,
  validation: Validation,
  settings: Pick<ProjectSettings, "auto_merge_enabled">,
  merge: Plan["merge"] | undefined,
): Merge | null {
  const one = (state: "blocked" | "rejected", code: string, message: string) =>
    held(state, [{ code, message }], null);
  if (live.head_sha !== validation.head_sha) {
    return one(
      "rejected",
      "head_modified",
      `The head is ${live.head_sha}, validated was ${validation.head_sha}`,
    );
  }
  if (validation.state !== "passed")
    return one("rejected", "not_passed", `The validation is ${validation.state}`);
  if (isHeld(validation))
    return held(
      "blocked",
      [validation.hold ?? { code: "needs_person", message: "A person must decide" }],
      null,
    );
  if (validation.twin != null) return held("blocked", [validation.twin], null);
  if (live.state === "closed") return one("rejected", "pull_closed", "The pull request is closed");
  if (live.base_ref !== validation.base_ref) {
    return one(
      "rejected",
      "base_changed",
      `The base is ${live.base_ref} now, validated was ${validation.base_ref}`,
    );
  }
  if (live.draft) return one("blocked", "draft", "The pull request is a draft");
  if (live.head_repo_id !== live.base_repo_id)
    return one("blocked", "fork", "Pull requests of forks are not merged automatically");
  if (!settings.auto_merge_enabled) return one("blocked", "auto_merge_disabled", "Auto-merge was turned off");
  if (merge?.auto === false)
    return one("blocked", "auto_merge_disabled", "The base's .tidegate.yml says merge.auto: false");
  return null;
}

/**
 * Our own check of the base: what it is called, and which App writes it; null without one. `scope`: what tells our checks
 * apart from those of other projects of the repository.
 */
export type OwnCheck = { name: string; app: string | null; scope?: string | null };

/**
 * The checks of others: every required one must be there, from the App it must come from, and good; none may
 * have failed. Our own check is this validation itself; that of another base never stands in for it.
 */
export function checkConditions(
  required: readonly RequiredCheck[],
  others: readonly OtherCheck[],
  own: OwnCheck,
): Merge | null {
  const isOurs = ({ name, app }: RequiredCheck) =>
    isOurName(name, own.scope) && (app === null || String(app) === own.app);
  const theirs = required.filter((check) => !isOurs(check));
  const reasons: Reason[] = [];
  for (const { name } of required.filter((check) => isOurs(check) && check.name !== own.name)) {
    const message = `"${name}" is required, and the check of this base is "${own.name}": require that instead`;
    reasons.push({ code: "missing_checks", message });
  }
  for (const { name, app } of theirs) {
    const named = others.filter((check) => check.name === name);
    const trusted = named.filter((check) => app === null || check.app === app);
    if (trusted.length > 0) continue;
    const message =
      named.length > 0
        ? `"${name}" comes from another App than ${app}`
        : `"${name}" is required and was not reported: is it filtered by path?`;
    reasons.push({ code: named.length > 0 ? "untrusted_check_source" : "missing_checks", message });
  }
  const names = (state: OtherCheck["state"]) =>
    others.filter((check) => check.state === state).map((check) => check.name);
  for (const name of names("failed")) reasons.push({ code: "failed_check", message: `"${name}" failed` });
  for (const name of names("pending"))
    reasons.push({ code: "pending_checks", message: `"${name}" is not finished` });
  return reasons.length === 0 ? null : held("blocked", reasons, LOOK_AGAIN_S);
}
