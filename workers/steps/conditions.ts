/** What must hold at the moment of the merge. Pure: what was read comes in, every unmet condition goes out. */
import type { Plan } from "../../models/config.ts";
import type { Outcome } from "../../models/fact.ts";
import type { ProjectSettings } from "../../models/project.ts";
import type { Pull } from "../../models/pull.ts";
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import { isHeld } from "../project/state.ts";
import { isOurName, type LivePull, type OtherCheck, type RequiredCheck } from "../providers/github/index.ts";

type Merge = NonNullable<Outcome["merge"]>;

/** How long until it is worth looking again, in seconds; webhooks usually come before. */
export const LOOK_AGAIN_S = 60;

function held(state: "blocked" | "rejected", reasons: Reason[], again_s: number | null): Merge {
  return { state, reasons, commit_sha: null, again_s };
}

/** What stands against a merge of this head at all: nothing that is waited for mends it. */
function rejections(live: Pull, validation: Validation): Reason[] {
  const { head_sha, base_ref, state } = validation;
  const reasons: Reason[] = [];
  const add = (code: string, message: string) => reasons.push({ code, message });
  if (live.head_sha !== head_sha)
    add("head_modified", `The head is ${live.head_sha}, validated was ${head_sha}`);
  if (!hasPassed(validation)) add("not_passed", `The validation is ${state}`);
  if (live.state === "closed") add("pull_closed", "The pull request is closed");
  if (live.base_ref !== base_ref)
    add("base_changed", `The base is ${live.base_ref} now, validated was ${base_ref}`);
  return reasons;
}

/** What a person must decide, or do to the pull request. */
function obstacles(live: LiveHead, validation: Validation): Reason[] {
  const { hold, twin, approved_by } = validation;
  const reasons: Reason[] = [];
  const add = (code: string, message: string) => reasons.push({ code, message });
  if (isHeld(validation) && hold !== null) reasons.push(hold);
  if (twin != null) reasons.push(twin);
  if (validation.state === "passed_flaky" && hold == null && approved_by == null)
    add("flaky", "It failed before at this head");
  if (live.draft) add("draft", "The pull request is a draft");
  if (live.head_repo_id !== live.base_repo_id && approved_by == null && hold?.code !== "fork")
    add("fork", "Pull requests of forks are not merged without a person");
  if (live.mergeable === false) add("conflicts", "GitHub reports conflicts with the base branch");
  return reasons;
}

type LiveHead = Pull & Partial<Pick<LivePull, "mergeable" | "rules_unmet">>;

/**
 * The live pull request must still be the validated one, and the owner must still want the merge. Everything that
 * stands against it is told at once: who mends one thing shall not learn of the next by trying.
 */
export function headConditions(
  live: LiveHead,
  validation: Validation,
  settings: Pick<ProjectSettings, "auto_merge_enabled" | "paused_by">,
  merge: Plan["merge"] | undefined,
): Merge | null {
  const never = rejections(live, validation);
  const reasons = [...never, ...obstacles(live, validation)];
  const add = (code: string, message: string) => reasons.push({ code, message });
  if (!settings.auto_merge_enabled)
    reasons.push({ code: "auto_merge_disabled", message: "Auto-merge was turned off" });
  // Not a setting that may be over by the time this is heard.
  if (merge?.auto === false)
    reasons.push({ code: "auto_merge_never", message: "The base's .tidegate.yml says merge.auto: false" });
  if (reasons.length > 0) return held(never.length > 0 ? "rejected" : "blocked", reasons, null);
  // Whoever pauses a project means the merge that is under way too; it goes on after the pause.
  if (settings.paused_by !== null) add("paused", `${settings.paused_by} paused the project`);
  // An administrator may pass most protections, and so may whoever has their token: that they exist is a wish all the same.
  if (live.rules_unmet === true)
    add("rules_unmet", `GitHub says that what ${live.base_ref} asks for is missing`);
  return reasons.length === 0 ? null : held("blocked", reasons, LOOK_AGAIN_S);
}

/**
 * Our own check of the base: what it is called, and which App writes it; null without one. `scope`: what tells our checks
 * apart from those of other projects of the repository.
 */
export type OwnCheck = { name: string; app: string | null; scope?: string | null };

/**
 * The checks of others: every required one must be there, from the App it must come from, and good; none may
 * have failed. Our own check is this validation itself; that of another base never stands in for it.
 *
 * @param named by the configuration of the base: they must be there and good although GitHub does not require them
 */
export function checkConditions(
  required: readonly RequiredCheck[],
  others: readonly OtherCheck[],
  own: OwnCheck,
  named: readonly string[] = [],
): Merge | null {
  const isOurs = ({ name, app }: RequiredCheck) =>
    isOurName(name, own.scope) && (app === null || String(app) === own.app);
  const also = named.filter((name) => !required.some((check) => check.name === name));
  const wanted = [...required, ...also.map((name) => ({ name, app: null }))];
  const theirs = wanted.filter((check) => !isOurs(check));
  const reasons: Reason[] = [];
  for (const { name } of wanted.filter((check) => isOurs(check) && check.name !== own.name)) {
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
    new Set(others.filter((check) => check.state === state).map((check) => check.name));
  for (const name of names("failed")) reasons.push({ code: "failed_check", message: `"${name}" failed` });
  for (const name of names("pending"))
    reasons.push({ code: "pending_checks", message: `"${name}" is not finished` });
  return reasons.length === 0 ? null : held("blocked", reasons, LOOK_AGAIN_S);
}
