/** What a look at a turn has at hand, and how it ends. */
import type { RunOutcome } from "../../../models/fact.ts";
import type { Spent } from "../../../models/run.ts";
import type { Turn } from "../../../models/turn.ts";
import type { Agent } from "../../providers/agent/index.ts";
import type { LiveLog } from "../live-log.ts";
import type { TurnMemo } from "./turn-memo.ts";
import type { RunWork } from "./work.ts";

/** A turn with all that a look needs. `turn` and `memo` are changed as the look goes on, and saved at its end. */
export type TurnWork = RunWork & { agent: Agent; turn: Turn; known: TurnMemo; log: LiveLog };

/** How a look ended: come again, or it is over. */
export type Looked = { again_s: number } | { outcome: RunOutcome };

/** What the turn used so far. */
export function spentIn({ known, started_at }: Pick<TurnWork, "known" | "started_at">): Spent {
  const { cost_usd, tokens } = known;
  return { cost_usd, tokens, agent_ms: Date.now() - started_at };
}

/** Whether the newest look at the diff did not see its end yet. */
export function isLooking({ looks, looked_at }: TurnWork["known"]): boolean {
  return looks > 0 && looked_at === 0;
}
