/** A run as the command line follows it: live lines, questions about its plan, and how it ended. */
import { readFileSync } from "node:fs";
import type { Api } from "../../api.ts";
import { runText } from "../../text/run.ts";
import { EXIT, Failure } from "../failure.ts";
import { type Common, type Terminal, terminalFor } from "../terminal.ts";
import { asker, inEditor, newestOf, terminalQuestion } from "./ask.ts";
import { type AnswerPlan, exitOf, follow } from "./follow.ts";
import { nextFor } from "./next.ts";

const INTERRUPTED = 130;

/** Follows it to its end, says how it stands, and sets how the command ends. `plan`: a file to carry out instead. */
export async function watch(
  { api, origin }: { api: Api; origin: string },
  id: string,
  args: Common & { plan?: string | undefined },
): Promise<void> {
  const terminal = terminalFor(args);
  const say = async (text: string) => {
    // With --json the answer is one document, and what happens meanwhile stands beside it.
    if (args.json) terminal.note(text);
    else await terminal.pieces([`${text}\n`]);
  };
  const stop = () => {
    process.stderr.write(
      `\nNobody watches any more; the run goes on. tidegate runs show ${id} --watch, or runs stop ${id}\n`,
    );
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", stop);
  const run = await follow(api, id, { paint: terminal.paint, say }, answererFor(api, args, terminal));
  process.removeListener("SIGINT", stop);
  if (args.json) await terminal.answer(run, () => "");
  else await say(`\n${runText({ ...run, turns_taken: [], validations: [], plans: [] }, terminal.paint)}`);
  terminal.note(nextFor(run, origin));
  process.exitCode = EXIT[exitOf(run)];
}

function answererFor(api: Api, { plan }: { plan?: string | undefined }, terminal: Terminal): AnswerPlan {
  if (plan !== undefined) return carryOut(api, textOf(plan));
  if (process.stdin.isTTY) return asker(api, terminalQuestion(), inEditor, terminal.note);
  return async () => false;
}

/** The plan that a person wrote beforehand takes the place of the agent's. */
function carryOut(api: Api, text: string): AnswerPlan {
  return async (run) => {
    const { version, text: written } = newestOf(run);
    const edits = written.trim() !== text.trim();
    if (edits) await api.answerPlan(run.id, { answer: "edit", version, text });
    await api.answerPlan(run.id, { answer: "confirm", version: edits ? version + 1 : version });
    return true;
  };
}

/** The text of a file; `-` is stdin. */
export function textOf(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new Failure("not_found", `Cannot read "${path}": ${(error as Error).message}`, error);
  }
}
