/** Whether a change concerns a project of a sub-folder. What is not known to leave it alone concerns it. */
import type { Plan } from "../../models/config.ts";
import type { Evidence, NotAffected } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { type Comparison, compareCommits, statusOf } from "../providers/github/index.ts";
import { baseOf, type Target } from "./target.ts";
import type { Context } from "./visit.ts";

/** Said by the judge of a change that leaves the project alone. */
export const NOT_AFFECTED = "not_affected";

/**
 * What proves that the change leaves the project alone; null when it does not, or nobody can tell.
 *
 * @param target what is tested: a head may take back what came into its base after it, and then its merge does
 */
export async function untouchedBy(
  context: Pick<Context, "vars" | "repo" | "validation">,
  plan: Plan,
  { sha, base_sha }: Pick<Target, "sha" | "base_sha">,
): Promise<NotAffected | null> {
  if (!plan.path) return null;
  const { vars, repo, validation } = context;
  const base = base_sha ?? (await baseOf(context));
  try {
    return notAffected(plan, validation.head_sha, await compareCommits(vars, repo, base, sha));
  } catch (error) {
    // Histories that share no commit cannot be compared.
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

export function notAffected(
  plan: Pick<Plan, "path" | "also">,
  head_sha: string,
  { paths, cut, start_sha }: Pick<Comparison, "paths" | "cut" | "start_sha">,
): NotAffected | null {
  const { path = "" } = plan;
  if (path === "" || cut || concerns(plan, paths)) return null;
  return { path, files: [...paths], compared: { start_sha, head_sha } };
}

/** Whether one of these files does. No file at all is no answer: something was changed, or nobody would ask. */
export function concerns(
  { path = "", also = [] }: Pick<Plan, "path" | "also">,
  files: readonly string[],
): boolean {
  if (path === "" || files.length === 0) return true;
  // What looks like a pattern in the name of the folder is its name.
  return files.some(
    (file) => file === path || file.startsWith(`${path}/`) || also.some((glob) => matches(glob, file)),
  );
}

/** The judge's word about it: the proof is held against the plan once more. */
export function verdictOfUntouched(
  { not_affected, head_sha }: Evidence,
  plan: Plan,
  validation: Pick<Validation, "head_sha">,
): string {
  if (not_affected === undefined) return "left no evidence";
  const { path, files, compared } = not_affected;
  if (compared.head_sha !== validation.head_sha || head_sha !== validation.head_sha)
    return "is not of this head";
  return path === plan.path && !concerns(plan, files) ? NOT_AFFECTED : "concerns this project";
}

/** Whether a glob names a file or a folder above it: `*` is any part of a name, `?` one letter, `**` any folders. */
export function matches(glob: string, file: string): boolean {
  const parts = glob.replace(/\/$/, "").split("/");
  // What names a folder names all that is in it.
  return fits([...parts, "**"], file.split("/"), "**", (part, name) =>
    fits([...part], [...name], "*", (letter, other) => letter === "?" || letter === other),
  );
}

/** Matches a list by one in which `star` stands for any number of items; of two stars only the last is ever moved. */
function fits<T>(
  pattern: readonly T[],
  items: readonly T[],
  star: T,
  same: (wanted: T, item: T) => boolean,
): boolean {
  let at = 0;
  let since: { star: number; item: number } | null = null;
  for (let item = 0; item < items.length; ) {
    const wanted = pattern[at];
    if (wanted === star) {
      since = { star: at, item };
      at += 1;
    } else if (wanted !== undefined && same(wanted, items[item] as T)) {
      at += 1;
      item += 1;
    } else if (since !== null) {
      since.item += 1;
      at = since.star + 1;
      item = since.item;
    } else return false;
  }
  return pattern.slice(at).every((left) => left === star);
}
