/** The goals that this agent knows, each recognised by simple words. */
import { clear } from "./goals/clear.mjs";
import { left } from "./goals/left.mjs";
import { mistake } from "./goals/mistake.mjs";
import { never } from "./goals/never.mjs";
import { nothing } from "./goals/nothing.mjs";
import { today } from "./goals/today.mjs";
import { Unable } from "./say.mjs";

/** Those that go wrong come first: their words are the more particular ones. */
export const GOALS = [never, mistake, nothing, clear, left, today];

/** Somebody else's change fails: a report is all that is needed to mend it. */
const MENDING = { example: "Mend what fails", usual: { name: "", button: "" } };

export function goalOf(text, purpose) {
  const goal = GOALS.find(({ words }) => words.test(text));
  if (goal !== undefined) return goal;
  if (purpose === "repair") return MENDING;
  const known = GOALS.map(({ example, shows }) => `  ${example} (${shows})`);
  throw new Unable(`I do not know this goal. I know:\n${known.join("\n")}`);
}
