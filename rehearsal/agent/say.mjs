/** What the agent says: items of one timeline, a line each, and what it pretends to cost. */
import { setTimeout as pause } from "node:timers/promises";

/** Said first of all, and again in its plans and answers: nobody may take this for a model. */
export const REHEARSAL =
  "This is Tidegate's rehearsal agent: a script that knows a few changes by heart, not a model. Its costs are made up.";

const USD_A_LINE = 0.002;
const TOKENS_A_LINE = 150;
/** Somebody who wants to step in needs time to do so. */
const SLOWLY_MS = 1_500;

const slowly = /\btake your time\b/i.test(process.env.TIDEGATE_GOAL ?? "");
let lines = 0;

/** Says one item, and what was used so far. */
export async function say(item) {
  lines += 1;
  console.log(`::tidegate ${JSON.stringify(item)}`);
  const used = { cost_usd: Number((lines * USD_A_LINE).toFixed(4)), tokens: lines * TOKENS_A_LINE };
  console.log(`::tidegate ${JSON.stringify({ kind: "spent", ...used })}`);
  if (slowly) await pause(SLOWLY_MS);
}

export const thought = (text) => say({ kind: "thought", text });
export const tool = (name, input) => say({ kind: "tool", name, input });
export const result = (text) => say({ kind: "result", text });
export const answer = (text) => say({ kind: "answer", text });

/** What the agent cannot do, in words for whoever asked. */
export class Unable extends Error {}
