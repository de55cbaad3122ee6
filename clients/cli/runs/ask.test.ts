import { expect, test, vi } from "vitest";
import type { PlanAnswer } from "../../../models/run.ts";
import { type Api, connect } from "../../api.ts";
import { asker, inEditor, newestOf } from "./ask.ts";
import { repositoriesIn } from "./project.ts";
import { run } from "./tidegate.fixture.ts";

const plan = { version: 3, text: "1. Count.", by: "agent", at: 1 };
const waiting = run({ phase: "awaiting_confirmation", plans: [plan] });

/** Types `typed`, one after the other; what was answered, and what was noted. */
async function typing(typed: string[], refuse = false) {
  const answers: PlanAnswer[] = [];
  const notes: string[] = [];
  const send = (async (_, init) => {
    answers.push(JSON.parse(String(init?.body)));
    return refuse ? Response.json(problem, { status: 409 }) : Response.json(waiting);
  }) as typeof fetch;
  const api: Api = connect("http://tidegate.test", "t", send);
  const ask = asker(
    api,
    async () => typed.shift() ?? null,
    ({ text }) => (text === plan.text ? "1. Count twice." : null),
    (note) => notes.push(note),
  );
  return { goesOn: await ask(waiting), answers, notes, left: typed };
}

const problem = {
  ...{ type: "about:blank", title: "Conflict", status: 409, detail: "Version 4 is the newest" },
  ...{ code: "conflict", request_id: "r" },
};

test("each answer names the version that was shown", async () => {
  expect(await typing(["c"])).toMatchObject({ goesOn: true, answers: [{ answer: "confirm", version: 3 }] });
  expect(await typing(["edit"])).toMatchObject({
    goesOn: true,
    answers: [{ answer: "edit", version: 3, text: "1. Count twice." }],
  });
  expect(await typing(["a", "Heed the tests"])).toMatchObject({
    goesOn: true,
    answers: [{ answer: "again", version: 3, feedback: "Heed the tests" }],
  });
  expect(await typing(["R"])).toMatchObject({ goesOn: true, answers: [{ answer: "reject", version: 3 }] });
});

test("what is not understood is asked again, and nothing at all leaves the plan waiting", async () => {
  expect(await typing(["?", "", "l", "c"])).toMatchObject({ goesOn: false, answers: [], left: ["c"] });
  expect(await typing([])).toMatchObject({ goesOn: false, answers: [] });
});

test("an answer that somebody else was faster with is said, and the run is followed on", async () => {
  expect(await typing(["c"], true)).toMatchObject({ goesOn: true, notes: ["Version 4 is the newest"] });
});

test("a plan that is left as it is in the editor is not edited", () => {
  vi.stubEnv("VISUAL", "");
  vi.stubEnv("EDITOR", "true");
  expect(inEditor(plan)).toBeNull();
  vi.stubEnv("EDITOR", "sed -i s/Count/Weigh/");
  expect(inEditor(plan)).toBe("1. Weigh.");
  vi.stubEnv("EDITOR", "false");
  expect(() => inEditor(plan)).toThrow(/Cannot edit the plan with "false"/);
  vi.unstubAllEnvs();
});

test("a run without a plan says so", () => {
  expect(() => newestOf(run())).toThrow('Run "run_1" has no plan yet');
});

test("repositoriesIn() reads owner and name from every form of an address", () => {
  const remotes = [
    "origin\thttps://github.com/Team/Shop.git (fetch)",
    "up\tgit@github.com:team/up (push)",
    "here\thttp://you:secret@127.0.0.1:3000/rehearsal-team/shopping-list.git (fetch)",
  ];
  expect([...repositoriesIn(remotes.join("\n"))]).toEqual([
    "team/shop",
    "team/up",
    "rehearsal-team/shopping-list",
  ]);
});
