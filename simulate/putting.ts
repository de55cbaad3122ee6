/** What GitHub does when it is asked to merge, as its documentation and its users tell: also in between, and badly. */
import type { Outcome } from "../models/fact.ts";

import { hasPassed } from "../models/validation.ts";
import { isHeld, latestOf } from "../workers/project/state.ts";
import type { MergeAnswer, MergeRequest } from "../workers/providers/github/index.ts";
import type { Checks } from "./checks.ts";
import { type Dice, oneOf } from "./dice.ts";
import { must } from "./must.ts";
import type { Visit } from "./visit.ts";
import type { World } from "./world.ts";

const BAD = [
  [405, "Base branch was modified. Review and try the merge again."],
  [405, "Pull Request is not mergeable"],
  [403, "You are not allowed to push to this branch"],
  [422, "Validation Failed"],
] as const;

/** "Base branch was modified" is asked about so often at most. */
const MOST_REQUESTS = 3;
/** A request that left lands within this, or never, in ms: its time limit, and GitHub's. */
export const ANSWERED_MS = 20_000;

export class Putting {
  readonly #world: World;
  readonly #checks: Checks;
  /** Pull requests that landed because we asked: whose request it was, when, and how many facts were heard by then. */
  readonly #landed = new Map<number, { order: string; at: number; facts: number }>();
  /** Orders that wrote down that they ask: if they die right then, nobody knows whether they did. */
  readonly claimed = new Set<string>();
  /** How often GitHub was asked, by order. */
  readonly #times = new Map<string, number>();
  /** Requests that nobody has the answer of yet, and when they were made. */
  readonly #asking = new Map<Visit, number>();
  /** When a person last decided about a pull request, in facts. */
  readonly decided = new Map<number, number>();

  constructor(world: World, checks: Checks) {
    this.#world = world;
    this.#checks = checks;
  }

  left(visit: Visit): void {
    this.#asking.delete(visit);
  }

  #few({ order }: Visit): void {
    const times = (this.#times.get(order.id) ?? 0) + 1;
    this.#times.set(order.id, times);
    must(times <= MOST_REQUESTS, `${order.id} asks for the ${times}th time`, "duplicated effect");
  }

  /** Whoever says that it merged asked for it; who asked and landed does not blame somebody else. */
  ended({ order, row }: Visit, { state, reasons }: NonNullable<Outcome["merge"]>): void {
    const asked = this.claimed.has(order.id);
    must(state !== "merged" || asked, `${order.id} says that it merged, and never asked`);
    const other = reasons.some(({ code }) => code === "merged_by_other");
    const landed = this.#landed.get(row.pr_number);
    const ours = landed?.order === order.id;
    must(!other || !ours, `${order.id} landed, and says that somebody else merged`);
    const told = state === "merged" || state === "unknown" || this.#world.github.vanished.has(row.pr_number);
    must(!ours || told, `${order.id} landed, and says ${state}`);
  }

  put(visit: Visit, request: MergeRequest, dice: Dice): MergeAnswer {
    const { counts, history } = this.#world;
    counts.requests += 1;
    this.#allowed(visit, request);
    this.#few(visit);
    this.#asking.set(visit, this.#world.now);
    const answer = this.#merge(visit, request, dice);
    history.add(
      () => `GitHub is asked to merge #${request.number} at ${request.sha.slice(0, 9)}: ${answer.status}`,
    );
    return answer;
  }

  #merge(visit: Visit, { number, sha }: MergeRequest, dice: Dice): MergeAnswer {
    const { github, setup, counts } = this.#world;
    const no = (status: number | null, message: string) => ({ status, message, commit_sha: null });
    if (this.#fails(0.06, dice)) return no(oneOf(dice, [500, 502, null]), "no answer");
    if (this.#fails(0.08, dice)) {
      const [status, message] = oneOf(dice, BAD);
      return no(status, message);
    }
    const pull = github.find(number);
    if (pull === undefined || github.vanished.has(number)) return no(404, "Not Found");
    if (pull.state === "closed" || pull.draft || github.halfway.has(number))
      return no(405, "Pull Request is not mergeable");
    if (pull.head_sha !== sha) return no(409, "Head branch was modified. Review and try the merge again.");
    if (github.commits.conflict(sha, github.tip(pull.base_ref)))
      return no(405, "Pull Request is not mergeable");
    if (!this.#checks.holds(pull.base_ref, sha, this.#world.now))
      return no(405, 'Required status check "lint" is expected.');
    const before = github.tip(pull.base_ref);
    const half = this.#fails(0.03, dice);
    const commit_sha = github.merge(pull, setup.method, half);
    counts.merges += 1;
    this.#landedRight(visit, before, commit_sha);
    if (half || this.#fails(0.1, dice)) return no(oneOf(dice, [500, 502, null]), "no answer");
    return { status: 200, message: "Pull Request successfully merged", commit_sha };
  }

  #fails(chance: number, dice: Dice): boolean {
    return this.#world.fails(chance, dice);
  }

  /** Whether this may be asked for at all, as everybody knows by now. */
  #allowed(visit: Visit, { number, sha }: MergeRequest): void {
    const { state } = this.#world;
    const { id, base_ref } = visit.row;
    const validation = state.validations[id];
    const what = `a merge of ${id}`;
    const wrong = "false merge";
    must(sha === visit.row.head_sha && number === visit.row.pr_number, `${what} names another commit`, wrong);
    must(validation !== undefined && hasPassed(validation), `${what}, which is ${validation?.state}`, wrong);
    must(!isHeld(visit.row), `${what}, which waits for a person`, wrong);
    must(visit.row.twin === null, `${what}, whose twin waits for a person`, wrong);
    must(validation.state === "passed" || validation.approved_by !== null, `${what}, which is flaky`, wrong);
    must(!validation.from_fork || validation.approved_by !== null, `${what}, which is of a fork`, wrong);
    const wanted = visit.wishes.auto_merge && !visit.wishes.dry_run && !visit.wishes.paused;
    must(wanted, `${what}, which nobody wants`, wrong);
    const good = visit.others?.every((check) => check.state === "passed") === true;
    must(good, `${what}, while a check of others is not good`, wrong);
    const pull = state.pulls[number];
    const newest = pull === undefined ? null : latestOf(state, pull);
    // What the object learnt since it ordered the merge cannot be known to the step.
    const refused = this.#world.github.find(number)?.head_sha !== sha;
    const known = newest?.id === id || validation.merging === visit.order.try || refused;
    must(known, `${what}, while ${newest?.id} is newer`, wrong);
    must(visit.lane, `${what} without the lane of its base`, wrong);
    must(visit.remembered, `${what}, which nobody would remember`, wrong);
    const { read } = visit;
    const asSeen =
      read?.state === "open" && !read.draft && read.head_sha === sha && read.base_ref === base_ref;
    must(asSeen, `${what}, which was not seen as it was validated`, wrong);
    for (const [other, at] of this.#asking)
      must(
        other === visit || other.row.base_ref !== base_ref || this.#world.now > at + ANSWERED_MS,
        `${what}, while ${other.row.id} is asked for`,
        "duplicated effect",
      );
    const landed = this.#landed.get(number);
    if (landed === undefined) return;
    const decided = (this.decided.get(number) ?? -1) > landed.facts;
    must(decided, `${what}, which landed before, and nobody decided since`, "duplicated effect");
  }

  /** What came into the base is what was tested, as far as anybody can see to it. */
  #landedRight({ row, tip, order }: Visit, before: string, commit_sha: string): void {
    const { github, steps, setup } = this.#world;
    const { counts, now } = this.#world;
    this.#landed.set(row.pr_number, { order: order.id, at: now, facts: counts.facts });
    this.#world.invariants.landed(row.id);
    if (!setup.up_to_date) return;
    must(tip !== null, `${row.id} landed without a look at its base`, "false merge");
    must(tip === row.tested_base_sha, `${row.id} was tested on another base`, "false merge");
    // Somebody pushed past every gate in the moment between the look and the merge: GitHub offers no lock.
    if (before !== tip) return;
    const laid = steps.gate.laidLast(row.id);
    const { commits } = github;
    must(
      laid !== null && commits.treeOf(laid.sha) === commits.treeOf(commit_sha),
      `${row.id} landed otherwise than it was tested`,
      "false merge",
    );
    must(commits.isGreen(commit_sha), `${row.base_ref} is red since ${row.id} landed`, "false merge");
  }
}
