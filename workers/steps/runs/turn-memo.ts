/** What a turn remembers between two looks, beside what its log and its set-up remember. */
import { z } from "zod";
import { RunOutcome } from "../../../models/fact.ts";
import { DiffStat } from "../../../models/turn.ts";
import type { Memo } from "../../store/steps.ts";

export const TurnMemo = z.object({
  stage: z.enum(["begin", "set-up", "agent"]).default("begin"),
  /** Where it begins: the commit and tree that are laid, and the branch whose rules count. */
  start: z
    .object({ sha: z.string(), tree: z.string(), base: z.string(), base_sha: z.string() })
    .nullable()
    .default(null),
  /** Until when the code graph is waited for. */
  graph_until: z.number().nullable().default(null),
  /** The commit in the sandbox from which the agent began; null before that, and for a vendor elsewhere. */
  since: z.string().nullable().default(null),
  /** When it was the agent's turn, and how long that is. */
  agent_at: z.number().nullable().default(null),
  timeout_ms: z.number().int().nullable().default(null),
  /** An unfinished line of what it said. */
  tail: z.string().default(""),
  /** By stream of what it said in pieces: the end that may be the beginning of a secret. */
  begun: z.record(z.string(), z.string()).default({}),
  cost_usd: z.number().nullable().default(null),
  tokens: z.number().int().nullable().default(null),
  /** How often the diff was looked at, when last, and what it was. */
  looks: z.number().int().default(0),
  looked_at: z.number().default(0),
  stat: DiffStat.nullable().default(null),
  /** Names of pictures that lie beside the prompt. */
  images: z.array(z.string()).default([]),
  /** The vendor's own. */
  agent: z.record(z.string(), z.unknown()).default({}),
  ref: z.string().nullable().default(null),
  /** The pull request that a vendor opened while it still works. */
  pull: z.number().int().nullable().default(null),
  /** How it ended: told again when nobody heard it. */
  outcome: RunOutcome.optional(),
});
export type TurnMemo = z.infer<typeof TurnMemo>;

export function turnMemo(memo: Memo): TurnMemo {
  return TurnMemo.parse(memo.turn ?? {});
}
