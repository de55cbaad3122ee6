/** The commands for runs as a person starts them, against a small Tidegate. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PlanAnswer, RunDetail } from "../../../models/run.ts";
import { useCommand } from "./command.fixture.ts";
import { run, turn, validation } from "./tidegate.fixture.ts";

const { base, stage, tidegate } = useCommand();

const plan = (version: number, text: string, by = "agent") => ({ version, text, by, at: 20 + version });
const waiting = (): RunDetail =>
  run({ phase: "awaiting_confirmation", plans: [plan(1, "1. Count them.")], turns_taken: [turn()] });

/** Edits make the next version, a confirmed plan is carried out and merged. */
function goesOn(answer: PlanAnswer, before: RunDetail): RunDetail {
  if (answer.answer === "edit")
    return { ...before, plans: [...before.plans, plan(answer.version + 1, answer.text, "owner")] };
  if (answer.answer === "reject") return { ...before, phase: "cancelled", status: "cancelled" };
  const written = turn({ nth: 2, purpose: "write", commit_sha: "c".repeat(40) });
  return {
    ...before,
    ...{ phase: "completed", status: "completed", pr_number: 3, plan_version: answer.version },
    ...{ turns_taken: [...before.turns_taken, written], validations: [validation()] },
  };
}

describe("run", () => {
  test("a plan of one's own takes the place of the agent's, and the run is told to its merge", async () => {
    stage.small.run = waiting();
    stage.small.after = goesOn;
    stage.small.log = `npm ci\n::tidegate {"kind":"thought","text":"I look \\u001b[31mat it."}\n`;
    writeFileSync(join(base, "plan.md"), "1. Count what is left.\n");
    const ran = await tidegate([
      "run",
      "Show",
      "how many",
      "--plan",
      "plan.md",
      "--attempts",
      "1",
      "--attempts",
      "2",
      "--yes",
    ]);
    expect([ran.code, ran.stderr]).toEqual([
      0,
      expect.stringContaining(`${stage.small.url}/projects/shop/runs/run_1`),
    ]);
    expect(stage.small.started).toEqual([
      {
        body: {
          target_text: "Show how many",
          source: "cli",
          auto_confirm: false,
          limits: { max_attempts: 2 },
        },
        key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect(stage.small.answers).toEqual([
      { answer: "edit", version: 1, text: "1. Count what is left." },
      { answer: "confirm", version: 2 },
    ]);
    const told = [
      "turn 1, plan",
      "I look at it.",
      "version 1, by agent",
      "version 2, by owner",
      "turn 2, write",
    ];
    const gate = ["commit ccccccc", "validation of ccccccc", "5 tests, 1.5 s", "merged as ddddddd"];
    const places = [...told, ...gate].map((text) => ran.stdout.indexOf(text));
    expect(places).toEqual(places.filter((place) => place >= 0).sort((one, other) => one - other));
    expect(ran.stdout).not.toContain("\u001b");
  });

  test("without a terminal the plan is shown and left waiting, with how to answer it", async () => {
    stage.small.run = waiting();
    const ran = await tidegate(["run", "Count", "--no-color"]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("1. Count them.");
    expect(ran.stderr).toContain("tidegate runs plan run_1 --confirm");
    expect(stage.small.answers).toEqual([]);
  });

  test("--json is one document on stdout; what happens meanwhile stands beside it", async () => {
    const reason = { code: "max_attempts", message: "It still fails after 3 repairs" };
    stage.small.run = run({ phase: "needs_human", status: "waiting_for_input", reason });
    const ran = await tidegate(["run", "Count", "--json", "--yes"]);
    expect([ran.code, JSON.parse(ran.stdout)]).toEqual([
      1,
      expect.objectContaining({ phase: "needs_human" }),
    ]);
    expect(ran.stderr).toContain("waits for a person: It still fails after 3 repairs");
    expect(ran.stderr).toContain("tidegate runs retry run_1");
    expect(stage.small.started[0]?.body.auto_confirm).toBe(true);
    expect((await tidegate(["run", "Count", "--json", "--quiet"])).stderr).toBe("");
  });

  test("what passed and is merged by nobody is a success, what is held for a person is none", async () => {
    const passed = (changes: object) =>
      run({
        ...{ phase: "validating", status: "waiting_for_input", pr_number: 3 },
        validations: [validation({ merge_state: "none", ...changes })],
      });
    stage.small.run = passed({});
    expect((await tidegate(["runs", "show", "run_1", "--watch"])).code).toBe(0);
    stage.small.run = passed({ hold: { code: "risk_asks", message: "It is risky" }, merge_state: "blocked" });
    const held = await tidegate(["runs", "show", "run_1", "--watch"]);
    expect([held.code, held.stderr]).toEqual([1, expect.stringContaining("It is risky")]);
    expect(held.stdout).toContain("validated, its merge waits for a person");
  });

  test.each([
    ["merge_held", "It is risky", /approve its merge: \S+\/projects\/shop\/pulls\/3\?v=shop\.3\.c{12}\.1;/],
    ["merge_blocked", "It conflicts", /runs retry run_1 validates it anew.*pushing to tidegate\/count/],
  ])("what passed and waits as %s says why, and what to do", async (code, message, next) => {
    stage.small.run = run({
      ...{ phase: "needs_human", status: "waiting_for_input", pr_number: 3, branch: "tidegate/count" },
      reason: { code, message },
      validations: [validation({ merge_state: "blocked" })],
    });
    for (const words of [
      ["run", "Count"],
      ["runs", "show", "run_1"],
    ]) {
      const { stdout, stderr } = await tidegate(words);
      expect([stdout, stderr]).toEqual([expect.stringContaining(message), expect.stringMatching(next)]);
      expect(stderr.includes("runs retry")).toBe(code === "merge_blocked");
    }
  });

  test("--no-watch starts it and says where it is; files and pictures go along", async () => {
    writeFileSync(join(base, "a.png"), Buffer.from("89504e470d0a1a0a", "hex"));
    const ran = await tidegate([
      "run",
      "Do",
      "--no-watch",
      "--file",
      "list.mjs",
      "--file",
      "b.mjs",
      "--image",
      "a.png",
      "--pull",
      "3",
    ]);
    expect([ran.code, ran.stdout]).toEqual([0, `run_1\n${stage.small.url}/projects/shop/runs/run_1\n`]);
    expect(stage.small.started[0]?.body).toMatchObject({
      ...{ files: ["list.mjs", "b.mjs"], pr_number: 3 },
      images: ["data:image/png;base64,iVBORw0KGgo="],
    });
  });

  test("Ctrl+C ends the following and not the run, with an exit code of its own", async () => {
    stage.small.run = run({ phase: "executing", turns_taken: [turn()] });
    for (const words of [
      ["run", "Count"],
      ["runs", "show", "run_1", "--watch"],
    ]) {
      const ran = await tidegate(words, { until: "turn 1, plan" });
      expect([ran.code, ran.stderr]).toEqual([130, expect.stringContaining("the run goes on")]);
    }
  });

  test("a plan that was answered elsewhere is not carried out, and that is told", async () => {
    stage.small.run = waiting();
    stage.small.after = (_, before) => ({
      ...before,
      plans: [...before.plans, plan(2, "2."), plan(3, "3.")],
    });
    writeFileSync(join(base, "plan.md"), "1. Mine.");
    const ran = await tidegate(["run", "Count", "--plan", "plan.md"]);
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining("Version 3 is the newest")]);
  });

  test("--show-prompt starts nothing", async () => {
    const ran = await tidegate(["run", "Count", "--show-prompt"]);
    expect([ran.code, ran.stdout, stage.small.started]).toEqual([0, "All of it.\n", []]);
  });

  test("what cannot be sent is refused before anything is started", async () => {
    writeFileSync(join(base, "a.txt"), "words");
    for (const wrong of [
      ["--image", "a.txt"],
      ["--image", "no.png"],
      ["--plan", "no.md"],
      ["--attempts", "99"],
    ]) {
      const ran = await tidegate(["run", "Count", ...wrong]);
      expect([wrong, ran.code]).toEqual([wrong, wrong[1]?.startsWith("no.") ? 3 : 2]);
    }
    const costly = await tidegate(["run", "Count", "--cost", "-1", "--minutes", "0"]);
    expect([costly.code, costly.stderr]).toEqual([2, expect.stringMatching(/^--cost: .*\n--minutes: .*\n$/)]);
    const empty = await tidegate(["run", ""]);
    expect([empty.code, empty.stderr]).toEqual([2, "The goal: must say what is to be reached\n"]);
    expect(stage.small.started).toEqual([]);
  });
});

test("an option that takes a number says so", async () => {
  for (const wrong of [
    ["run", "Count", "--attempts", "abc"],
    ["runs", "plan", "run_1", "--of", "x"],
  ]) {
    const ran = await tidegate(wrong);
    expect([ran.code, ran.stderr.split("\n")[0]]).toEqual([2, `${wrong.at(-2)} takes a number.`]);
  }
});

describe("runs", () => {
  test("lists, shows, tries again and stops", async () => {
    stage.small.run = run({ ...waiting(), id: "run_1" });
    expect((await tidegate(["runs"])).stdout).toMatch(/^run_1 {2}its plan waits for you {2}.*Show how many/);
    expect((await tidegate(["runs", "show", "run_1"])).stdout).toContain("version 1, by agent");
    expect(JSON.parse((await tidegate(["runs", "retry", "run_1", "--json"])).stdout).id).toBe("run_1");
    expect((await tidegate(["runs", "stop", "run_1"])).code).toBe(0);
    expect(await tidegate(["runs", "show", "run_2"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("run_2"),
    });
  });

  test("another go at a run whose plan waits is refused with how plans are answered", async () => {
    stage.small.run = waiting();
    stage.small.refuseRetry = 'Cannot try "run_1" again: it is awaiting confirmation';
    const ran = await tidegate(["runs", "retry", "run_1"]);
    expect([ran.code, ran.stderr]).toEqual([
      4,
      expect.stringContaining("tidegate runs plan run_1 --confirm"),
    ]);
    expect(ran.stderr).toContain("awaiting confirmation");
  });

  test("a plan is edited from stdin and confirmed at once; an answer to an older one is refused", async () => {
    stage.small.run = waiting();
    stage.small.after = goesOn;
    expect((await tidegate(["runs", "plan", "run_1"])).stdout).toContain("1. Count them.");
    const stale = await tidegate(["runs", "plan", "run_1", "--confirm", "--of", "7"]);
    expect([stale.code, stale.stderr]).toEqual([4, "Version 1 is the newest\n"]);
    expect((await tidegate(["runs", "plan", "run_1", "--confirm", "--reject"])).code).toBe(2);
    const ran = await tidegate(["runs", "plan", "run_1", "--edit", "-", "--confirm"], { input: "1. Mine." });
    expect([ran.code, ran.stdout]).toEqual([0, "run_1 merged\n"]);
    expect(stage.small.answers).toEqual([
      { answer: "edit", version: 1, text: "1. Mine." },
      { answer: "confirm", version: 2 },
    ]);
  });

  test("a plan that was written into a file and given back is the same plan", async () => {
    const text = "# The plan\n\n1. Count them.\n   - all\n\n2. Show it.";
    stage.small.run = run({ phase: "awaiting_confirmation", plans: [plan(1, text)], turns_taken: [turn()] });
    stage.small.after = goesOn;
    const ran = await tidegate(["runs", "plan", "run_1"]);
    expect([ran.stdout, ran.stderr]).toEqual([`${text}\n`, "Plan, version 1, by agent\n"]);
    writeFileSync(join(base, "same.md"), ran.stdout);
    await tidegate(["runs", "plan", "run_1", "--edit", "same.md"]);
    expect(stage.small.answers).toEqual([{ answer: "edit", version: 1, text }]);
  });

  test("agents say what each still lacks", async () => {
    expect((await tidegate(["agents"])).stdout).toMatch(
      /claude {2}Claude Code {2}ANTHROPIC_API_KEY is not set/,
    );
  });
});
