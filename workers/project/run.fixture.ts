/** What tests of runs are made of: a project in which runs are started, answered, looked at and stopped. */
import type { RunOutcome } from "../../models/fact.ts";
import { ProjectSettings } from "../../models/project.ts";
import type { PlanAnswer, Run, Spent } from "../../models/run.ts";
import type { RunStepKind } from "../../models/step.ts";
import { PROJECT, projectAt } from "./decide.fixture.ts";
import { type Asked, newRun } from "./new-run.ts";

/** Commits that agents make, in order, and one of somebody else. */
export const MADE = ["1", "2", "3", "4"].map((digit) => digit.repeat(40)) as [string, string, string, string];
export const FOREIGN = "e".repeat(40);
export const RUN = "run_12345678";
export const BRANCH = "tidegate/sell-milk-12345678";

export const SETTINGS = {
  ...ProjectSettings.parse({ agent: "custom", agent_command: "./agent" }),
  ...{ id: PROJECT, name: "Shop", repo_id: 1, full_name: "shop/shop", installation_id: null },
  ...{ default_branch: "main", github_url: "https://github.test/shop/shop", created_at: 0, updated_at: 0 },
  check_scope: null,
  disconnected: null,
  pinned_branch: null,
};

export const ASKED: Asked = { target_text: "Sell milk", by: "mira", source: "api", issue: null };

export const DONE: RunOutcome = { state: "passed", reason: null };
export const BROKEN: RunOutcome = { state: "errored", reason: { code: "sandbox_lost", message: "lost" } };
export const NO_GOOD: RunOutcome = { state: "failed", reason: { code: "agent_failed", message: "no good" } };
export const TOO_LONG: RunOutcome = { state: "timed_out", reason: { code: "turn_timeout", message: "slow" } };
export const planOf = (plan = "Buy a cow"): RunOutcome => ({ ...DONE, plan });
export const commitOf = (commit_sha: string | null): RunOutcome => ({ ...DONE, commit_sha });
export const pushedTo = (head_sha: string, pr_number = 7): RunOutcome => ({ ...DONE, pr_number, head_sha });
export const failure = (fingerprint: string): RunOutcome => ({ ...DONE, fingerprint });
export const cost = (cost_usd: number): Spent => ({ cost_usd, tokens: 10, agent_ms: 1_000 });

export type RunProject = ReturnType<typeof runProject>;

export function runProject(settings = { auto_merge: true }) {
  const project = projectAt(settings);
  const { tell, state } = project;
  const id = "a fact of a run";
  const run = (run_id = RUN): Run => {
    const found = state().runs[run_id];
    if (found === undefined) throw new Error(`Cannot find run "${run_id}"`);
    return found;
  };
  return {
    ...project,
    run,
    /** Somebody asks for it, a while after all that was seen. */
    start(asked: Partial<Asked> = {}, run_id = RUN, changes: Partial<Run> = {}) {
      project.wait(5_000);
      const asks = newRun(SETTINGS, { ...ASKED, ...asked }, run_id, project.now());
      return tell({ type: "run.asked", id, run: { ...asks, ...changes } });
    },
    answer: (answer: PlanAnswer, run_id = RUN) =>
      tell({ type: "plan.answered", id, run_id, by: "mira", answer }),
    confirm: (version = 1) =>
      tell({ type: "plan.answered", id, run_id: RUN, by: "mira", answer: { answer: "confirm", version } }),
    /** The turn under way was looked at and goes on. */
    waits(
      again_s: number,
      spent: Spent = cost(0),
      about: { nth?: number; visit?: number; pr_number?: number; begun_at?: number } = {},
    ) {
      const { nth, visit } = run().current ?? { nth: 1, visit: 1 };
      return tell({
        type: "turn.waits",
        id,
        run_id: RUN,
        nth,
        visit,
        again_s,
        spent,
        vendor_ref: null,
        ...about,
      });
    },
    /** GitHub's limits keep the step under way, unless another one is named. */
    stalls(until: number, about: { kind?: RunStepKind; nth?: number } = {}) {
      const { kind, nth } = run().current ?? { kind: "turn", nth: 1 };
      const stall = { code: "github_rate_limited", message: "GitHub lets us ask again at noon", until };
      return tell({ type: "run.step.waits", id, run_id: RUN, kind, nth, stall, ...about });
    },
    /** The step under way ends, unless another one is named. */
    ends(outcome: RunOutcome, about: { kind?: RunStepKind; nth?: number } = {}) {
      const { kind, nth } = run().current ?? { kind: "turn", nth: 1 };
      return tell({ type: "run.step.ended", id, run_id: RUN, kind, nth, outcome, ...about });
    },
    again(run_id = RUN) {
      project.wait(5_000);
      return tell({ type: "run.retry.asked", id, run_id, by: "mira" });
    },
    stop: (run_id = RUN) => tell({ type: "run.stop.asked", id, run_id, by: "mira" }),
    /** The run's branch is seen at a head, as a webhook would have it. */
    sees(head_sha: string) {
      project.wait(1);
      return project.see({ head_sha, head_ref: BRANCH });
    },
  };
}
