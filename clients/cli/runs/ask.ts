/** Asks a person about a plan, in the terminal. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Plan, PlanAnswer, RunDetail } from "../../../models/run.ts";
import { type Api, ApiError } from "../../api.ts";
import { Failure } from "../failure.ts";
import type { AnswerPlan } from "./follow.ts";

/** What a person types; null when there is no more. */
export type Question = (text: string) => Promise<string | null>;

const ASKED = "\n[c]onfirm, [e]dit, ask for [a]nother, [r]eject, or [l]eave it waiting? ";

/** Asks until something is said to the plan. `edited` gives the plan as a person wants it; null: unchanged. */
export function asker(
  api: Api,
  question: Question,
  edited: (plan: Plan) => string | null,
  note: (text: string) => void,
): AnswerPlan {
  return async (run) => {
    for (;;) {
      const typed = await question(ASKED);
      const answer = typed === null ? "leave" : await answerFor(typed, newestOf(run), question, edited);
      if (answer === "leave") return false;
      if (answer !== null) return await send(api, run.id, answer, note);
    }
  };
}

/** Null: it was not understood, or nothing was changed after all. */
async function answerFor(
  typed: string,
  plan: Plan,
  question: Question,
  edited: (plan: Plan) => string | null,
): Promise<PlanAnswer | "leave" | null> {
  const { version } = plan;
  switch (typed.trim().slice(0, 1).toLowerCase()) {
    case "c":
      return { answer: "confirm", version };
    case "e": {
      const text = edited(plan);
      return text === null ? null : { answer: "edit", version, text };
    }
    case "a": {
      const feedback = await question("What shall it heed? ");
      return feedback === null ? "leave" : { answer: "again", version, feedback };
    }
    case "r":
      return { answer: "reject", version };
    case "l":
      return "leave";
    default:
      return null;
  }
}

/** Somebody may have answered on the dashboard meanwhile: then the run goes on without us. */
async function send(api: Api, id: string, answer: PlanAnswer, note: (text: string) => void): Promise<true> {
  await api.answerPlan(id, answer).catch((error) => {
    if (!(error instanceof ApiError) || error.problem.status !== 409) throw error;
    note(error.problem.detail);
  });
  return true;
}

/** The plan that an answer is about. */
export function newestOf({ id, plans }: RunDetail): Plan {
  const plan = plans.at(-1);
  if (plan === undefined) throw new Failure("not_found", `Run "${id}" has no plan yet`);
  return plan;
}

/** Asks on stderr, so that the answer of the command stays alone on stdout. */
export function terminalQuestion(): Question {
  return (text) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      lines.on("close", () => resolve(null));
      // Ctrl+C ends the command, which the run does not notice.
      lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      lines.question(text, (typed) => {
        resolve(typed);
        lines.close();
      });
    });
}

/** Opens the plan in the editor of whoever asks. */
export function inEditor({ text }: Plan): string | null {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-plan-"));
  const file = join(folder, "plan.md");
  try {
    writeFileSync(file, `${text.trimEnd()}\n`);
    const editor = process.env.VISUAL || process.env.EDITOR || "vi";
    const { status, error } = spawnSync("sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit" });
    if (error !== undefined || status !== 0)
      throw new Failure(
        "usage",
        `Cannot edit the plan with "${editor}": name another in EDITOR, or use --plan FILE`,
      );
    const now = readFileSync(file, "utf8").trim();
    return now === text.trim() || now === "" ? null : now;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
