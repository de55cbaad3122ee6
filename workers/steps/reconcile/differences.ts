/** Which pull requests are not as they are stored. */
import type { PullSummary } from "../../../models/pull.ts";
import type { ListedPull } from "../../providers/github/index.ts";

/** What a list shows, and a look would write down. */
const SHOWN = [
  "title",
  "html_url",
  "draft",
  "head_ref",
  "head_sha",
  "head_repo_id",
  "base_ref",
  // A review, for example: what GitHub refused it may allow now.
  "updated_at",
] as const satisfies (keyof ListedPull)[];

/**
 * Numbers of pull requests to look at: opened, pushed, changed, or open here alone.
 *
 * @param stored the open ones as they are stored
 * @param live the open ones as GitHub lists them
 * @param whole whether that is all of them: else one that is not listed may be open all the same
 */
export function differences(
  stored: readonly PullSummary[],
  live: readonly ListedPull[],
  whole: boolean,
): number[] {
  const known = new Map(stored.map((pull) => [pull.number, pull]));
  const listed = new Set(live.map(({ number }) => number));
  const differing = live.filter((pull) => {
    const before = known.get(pull.number);
    return before === undefined || SHOWN.some((key) => before[key] !== pull[key]);
  });
  const gone = whole ? stored.filter(({ number }) => !listed.has(number)) : [];
  return [...new Set([...differing, ...gone].map(({ number }) => number))];
}
