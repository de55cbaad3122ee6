/**
 * The rehearsal agent: edits the sample project for a few goals, in a sandbox, as an agent with a model would. Plain
 * JavaScript without packages, because it runs on whatever Node the sandbox has.
 */
import { read } from "./copy.mjs";
import { goalOf } from "./goals.mjs";
import { mend } from "./mend.mjs";
import { namesIn, readPrompt } from "./prompt.mjs";
import { answer, REHEARSAL, say, thought, Unable } from "./say.mjs";

try {
  await work(process.env.TIDEGATE_PURPOSE ?? "write", process.env.TIDEGATE_GOAL ?? "");
} catch (error) {
  if (!(error instanceof Unable)) throw error;
  await say({ kind: "error", text: error.message });
  process.exitCode = 1;
}

/** One turn. */
async function work(purpose, text) {
  if (process.env.TIDEGATE_ENVIRONMENT === "production")
    throw new Unable(
      "I am a rehearsal and refuse to work in production: choose a real agent in the settings.",
    );
  console.log(REHEARSAL);
  const prompt = await readPrompt();
  const goal = goalOf(text, purpose);
  const names = namesIn(prompt, goal.usual);
  if (purpose === "plan") return await plan(goal, names, text);
  await thought(`The goal is known to me as "${goal.example}"; I am to ${purpose}.`);
  const done = purpose === "write" ? await goal.write(names) : await repair(goal, names, prompt);
  await answer(`${done}\n\n${REHEARSAL}`);
}

function repair(goal, names, report) {
  return goal.repair === undefined ? mend(report) : goal.repair(names, report);
}

/** Reads what the change is about, and says what it is going to do. Nothing is written. */
async function plan(goal, names, text) {
  await thought(`The goal is known to me as "${goal.example}". I look at what it is about.`);
  for (const path of goal.reads) await read(path);
  const steps = goal.plan(names).map((step, at) => `${at + 1}. ${step}`);
  await answer(`${REHEARSAL}\n\nGoal: ${text.trim()}\n\n${steps.join("\n")}\n\n${editable(goal.usual)}`);
}

/** What of a plan is heeded when a person edits it. */
function editable({ name, button }) {
  const heeded = [name && "the function's name", button && "the button's"].filter((one) => one !== "");
  if (heeded.length === 0) return "Nothing of it can be changed by editing it.";
  const are = heeded.length === 1 ? "is" : "are";
  return `Edit it if you like: ${heeded.join(" and ")} ${are} heeded, the rest is known by heart.`;
}
