/** A turn: one time that an agent works for a run, from its prompt to its diff. */
import { z } from "zod";
import { SaidFormat } from "./said.ts";
import { ISOLATIONS } from "./sandbox.ts";

export const TURN_PURPOSES = ["plan", "write", "repair"] as const;
export const TurnPurpose = z.enum(TURN_PURPOSES);
export type TurnPurpose = z.infer<typeof TurnPurpose>;

export const TURN_STATES = ["running", "passed", "failed", "errored", "timed_out", "cancelled"] as const;

/** What a turn changed. */
export const DiffStat = z.object({
  files: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
});
export type DiffStat = z.infer<typeof DiffStat>;

export const Turn = z.object({
  /** `<run>.turn.<nth>` */
  id: z.string(),
  run_id: z.string(),
  nth: z.number().int().positive(),
  purpose: TurnPurpose,
  agent: z.string(),
  format: SaidFormat,
  state: z.enum(TURN_STATES),
  reason: z.string().nullable(),
  /** Where it began: the commit that was laid into its sandbox. */
  start_sha: z.string().nullable(),
  /** The commit it made; null when it made none. */
  commit_sha: z.string().nullable(),
  /** Its final answer. */
  answer: z.string().nullable(),
  stat: DiffStat.nullable(),
  cost_usd: z.number().nullable(),
  tokens: z.number().int().nullable(),
  container_id: z.string().nullable(),
  isolation: z.enum(ISOLATIONS).nullable(),
  /** Of a vendor that works on its own machines: where to watch it. */
  web_url: z.string().nullable(),
  started_at: z.number(),
  finished_at: z.number().nullable(),
});
export type Turn = z.infer<typeof Turn>;

/** Artifacts of a turn, as the API serves them below `/runs/{id}/turns/{nth}/`. */
export const TURN_TEXTS = ["prompt", "report", "diff"] as const;
export type TurnText = (typeof TURN_TEXTS)[number];
