/** Why it is not merged: every standing has an answer, each condition somebody who can meet it, and none waits for ever. */
import { describe, expect, test } from "vitest";
import { RUN_PHASES } from "./run.ts";
import { MERGE_STATES, VALIDATION_STATES, type Validation } from "./validation.ts";
import { CURRENT, input, NOW, ON, PULL, RUN, reason, STALL, VALIDATION } from "./why.fixture.ts";
import { Why } from "./why.ts";
import { type WhyInput, whyOf } from "./why-of.ts";
import { wordsAndTodo } from "./why-words.ts";

/** Every way to choose one value of each. */
function* every<T extends Record<string, readonly unknown[]>>(
  axes: T,
): Generator<{ [K in keyof T]: T[K][number] }> {
  const names = Object.keys(axes) as (keyof T)[];
  const total = names.reduce((product, name) => product * (axes[name]?.length ?? 1), 1);
  for (let nth = 0; nth < total; nth++) {
    let rest = nth;
    const chosen = {} as { [K in keyof T]: T[K][number] };
    for (const name of names) {
      const values = axes[name] ?? [];
      chosen[name] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield chosen;
  }
}

/** What is wrong with an answer; null: nothing is. */
function faultIn(why: Why, of: WhyInput): string | null {
  const merged = of.pull.merged || of.newest?.merge_state === "merged";
  if (why.merged !== merged) return "it is wrong about the merge";
  if (why.merged !== (why.unmet.length === 0)) return "the list is empty though it is not merged";
  if (why.summary === "" || /\.$/.test(why.summary)) return "the summary is no title";
  if (!why.merged && /^Merged/.test(why.summary)) return "it claims a merge";
  for (const one of why.unmet) {
    const waits = one.owner === "tidegate" || one.owner === "github";
    if (waits && one.deadline_at === null && one.again_at === null) return `${one.code} waits for ever`;
    if (wordsAndTodo(one.message).todo === "") return `${one.code} does not say what to do`;
    if (wordsAndTodo(one.message).words === "") return `${one.code} does not say what it is`;
    if (/\.\.|undefined|null/.test(one.message)) return `${one.code} reads badly: ${one.message}`;
  }
  const said = new Set(why.unmet.map(({ code, message }) => `${code} ${message}`));
  return said.size === why.unmet.length ? null : "something is said twice";
}

function expectNoFaults(all: Iterable<Partial<Validation> & Pick<WhyInput, "project">>): void {
  const faults = new Set<string>();
  for (const one of all) {
    const { project, ...changes } = one;
    const newest = { ...VALIDATION, ...changes, queued_at: 5, finished_at: NOW - 5 };
    const asked = input({ newest, project, queue: [newest] });
    const fault = faultIn(whyOf(asked), asked);
    if (fault !== null) faults.add(`${fault}: ${JSON.stringify(one)}`);
  }
  expect([...faults].slice(0, 5)).toEqual([]);
}

// Many thousand answers: on a busy machine they take their time.
describe("whyOf() of all there is", { timeout: 120_000 }, () => {
  const BLOCKED = [
    null,
    "draft",
    "validation_disabled",
    "project_removed",
    "fork_needs_approval",
    "paused",
    "new_code",
  ];

  const phases = RUN_PHASES.map((phase) => ({ ...RUN, phase }));
  const RUNS = [null, ...phases, { ...RUN, phase: "repairing" as const, agent: null }];

  test("of every pull request, validation and run", () => {
    const faults = new Set<string>();
    let many = 0;
    for (const one of every({
      state: VALIDATION_STATES,
      merge_state: MERGE_STATES,
      blocked: BLOCKED,
      pr: ["open", "draft", "closed", "merged"],
      live: [true, false, "another base"],
      run: RUNS,
    })) {
      const open = one.pr === "open" || one.pr === "draft";
      const asked = input({
        pull: {
          ...PULL,
          ...{ blocked: one.blocked, draft: one.pr === "draft", merged: one.pr === "merged" },
          ...{ state: open ? "open" : "closed" },
        },
        newest: {
          ...VALIDATION,
          ...{ state: one.state, merge_state: one.merge_state, current: CURRENT },
          ...{ head_sha: (one.live === false ? "d" : "a").repeat(40) },
          ...{ base_ref: one.live === "another base" ? "next" : "main" },
        },
        run: one.run,
      });
      const fault = faultIn(whyOf(asked), asked);
      if (fault !== null) faults.add(`${fault}: ${JSON.stringify(one)}`);
      many++;
    }
    expect([...faults].slice(0, 5)).toEqual([]);
    expect(many).toBeGreaterThan(50_000);
  });

  const PROJECTS = [
    ON,
    { ...ON, auto_merge_enabled: false, validation_enabled: false, paused_by: "mira", dry_run: true },
    { ...ON, disconnected: { code: "suspended", message: "The installation is suspended", since: 1 } },
  ];

  test("of every reason, hold, twin, wish and moment of what passed", () => {
    expectNoFaults(
      every({
        state: ["passed", "passed_flaky"] as const,
        merge_state: MERGE_STATES,
        merge_reasons: [
          [],
          ["missing_checks", "pending_checks"],
          ["base_moved"],
          ["github_rate_limited"],
          ["new_code"],
        ].map((codes) => codes.map((code) => reason(code))),
        merge_again_at: [null, NOW + 5],
        hold: [null, reason("new_code")],
        approved_by: [null, "mira"],
        twin: [null, reason("twin_held")],
        stalled: [null, STALL],
        merging: [null, 1],
        project: PROJECTS,
      }),
    );
  });

  test("of whatever keeps one from going on", () => {
    expectNoFaults(
      every({
        state: ["queued", "running"] as const,
        merge_state: MERGE_STATES,
        waits: [null, reason("fork_needs_approval"), reason("paused"), reason("new_code")],
        stalled: [null, STALL],
        current: [null, CURRENT],
        project: PROJECTS,
      }),
    );
  });

  test("before the first validation, and as the API answers it", () => {
    for (const blocked of BLOCKED) {
      const asked = input({ pull: { ...PULL, blocked }, newest: null });
      expect(faultIn(whyOf(asked), asked)).toBeNull();
      expect(Why.parse(whyOf(asked))).toEqual(whyOf(asked));
    }
  });
});
