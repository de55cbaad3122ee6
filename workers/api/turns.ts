/** Turns of agents: what they said, were asked, and changed. */
import { createRoute, z } from "@hono/zod-openapi";
import { LogPiece } from "../../models/api.ts";
import { TURN_TEXTS, type Turn } from "../../models/turn.ts";
import { AppError } from "../errors.ts";
import { getText, runKey, turnId } from "../steps/runs/work.ts";
import { logKey } from "../store/logs.ts";
import { findTurn } from "../store/turns.ts";
import { answers, part } from "./app.ts";
import { LogFrom, pieceOf } from "./log-piece.ts";
import { needRun } from "./runs.ts";

const TurnParam = z.object({ id: z.string(), nth: z.coerce.number().int().positive() });
const Text = z.object({ text: z.string().nullable() });
const ENDINGS = { prompt: "prompt.md", report: "report.md", diff: "diff" } as const;

const log = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}/turns/{nth}/log",
  summary: "What an agent says, from byte `from` on, below 0 from its end: live while it works",
  request: { params: TurnParam, query: z.object({ from: LogFrom }) },
  responses: answers("A piece of the log", LogPiece),
});
const text = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}/turns/{nth}/{text}",
  summary: "The prompt of a turn, the report that it was to mend, or its diff; null when there is none yet",
  request: { params: TurnParam.extend({ text: z.enum(TURN_TEXTS) }) },
  responses: answers("The text", Text),
});

export const turns = part()
  .openapi(log, async (c) => {
    const { id, nth } = c.req.valid("param");
    const { project_id, ...turn } = await needTurn(c.env, id, nth);
    const key = turn.finished_at === null ? null : logKey(id, turn.id);
    const logged = { id: turn.id, log: key, finished_at: turn.finished_at };
    return c.json(await pieceOf(c.env, project_id, logged, c.req.valid("query").from), 200);
  })
  .openapi(text, async (c) => {
    const { id, nth, text: wanted } = c.req.valid("param");
    await needTurn(c.env, id, nth);
    return c.json({ text: await getText(c.env, runKey(id, `${nth}.${ENDINGS[wanted]}`)) }, 200);
  });

async function needTurn(env: Env, runId: string, nth: number): Promise<Turn & { project_id: string }> {
  const { project_id } = await needRun(env, runId);
  const turn = await findTurn(env.DB, turnId(runId, nth));
  if (turn === null) throw new AppError("not_found", `Cannot find turn ${nth} of "${runId}"`);
  return { ...turn, project_id };
}
