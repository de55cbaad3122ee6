/** Why a pull request may not be merged now, in the words GitHub's merge answers with. */
import type { Pull, Repository } from "../nouns.ts";
import { type CheckState, checkState, decisions, type Requirements } from "./requirements.ts";

/**
 * All unmet demands; empty: free to merge. A head that is behind its base voids its checks where
 * branches must be up to date, so GitHub calls them "expected".
 */
export function obstacles(
  repository: Repository,
  pull: Pull,
  requirements: Requirements,
  isBehind: boolean,
): string[] {
  const outdated = requirements.strict && isBehind;
  const states = requirements.checks.map((check): [string, CheckState] => [
    check.context,
    outdated ? "expected" : checkState(repository, pull.headSha, check),
  ]);
  return [...checkObstacles(states), ...reviewObstacles(repository, pull, requirements)];
}

const WORDS = { expected: "expected", pending: "pending", failing: "failing", successful: "" } as const;

function checkObstacles(states: readonly [string, CheckState][]): string[] {
  const unmet = states.filter(([, state]) => state !== "successful");
  const [first] = unmet;
  if (first === undefined) return [];
  if (unmet.length === 1) {
    const [name, state] = first;
    return [`Required status check "${name}" is ${WORDS[state]}.`];
  }
  const kinds = [...new Set(unmet.map(([, state]) => state))];
  const count = (kind: CheckState) => unmet.filter(([, state]) => state === kind).length;
  const total = `${unmet.length} of ${states.length} required status checks`;
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined) return [`${total} are ${WORDS[only]}.`];
  const parts = kinds.map((kind) => `${count(kind)} ${WORDS[kind]}`);
  return [`${total} have not succeeded: ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}.`];
}

function reviewObstacles(
  repository: Repository,
  pull: Pull,
  { approvals, throughPull }: Requirements,
): string[] {
  const given = [...decisions(repository, pull).values()];
  if (throughPull && given.includes("CHANGES_REQUESTED")) {
    return ["Changes have been requested by reviewers with write access."];
  }
  if (given.filter((state) => state === "APPROVED").length >= approvals) return [];
  const noun = approvals === 1 ? "approving review is" : "approving reviews are";
  return [`At least ${approvals} ${noun} required by reviewers with write access.`];
}
