/** What the dashboard hears. The eight names are the seeds' and the public contract of the socket. */
import { z } from "zod";
import { PullSummary } from "./pull.ts";
import { RunCard } from "./run.ts";
import { Validation } from "./validation.ts";

export const EVENT_NAMES = [
  "project.status.updated",
  "agent.run.started",
  "agent.run.completed",
  "pr.created",
  "pr.updated",
  "validation.started",
  "validation.completed",
  "notification.new",
] as const;

/** One event before it has its place in the row. */
export const EventBody = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("project.status.updated"),
    /** The validation that moved on; null when the project itself changed. */
    validation: Validation.nullable(),
    /** The run that moved on. */
    run: RunCard.optional(),
    message: z.string(),
  }),
  z.object({ type: z.literal("agent.run.started"), run: RunCard }),
  z.object({ type: z.literal("agent.run.completed"), run: RunCard }),
  z.object({ type: z.literal("pr.created"), pull: PullSummary }),
  z.object({ type: z.literal("pr.updated"), pull: PullSummary }),
  z.object({ type: z.literal("validation.started"), validation: Validation }),
  z.object({ type: z.literal("validation.completed"), validation: Validation }),
  z.object({
    type: z.literal("notification.new"),
    level: z.enum(["info", "success", "warning", "error"]),
    pr_number: z.number().int().nullable(),
    validation_id: z.string().nullable(),
    run_id: z.string().optional(),
    message: z.string(),
  }),
]);
export type EventBody = z.infer<typeof EventBody>;

/** `seq` rises by one per project; a client that reconnects asks for what came after the last it saw. */
export const Event = z.intersection(
  z.object({ seq: z.number().int(), project_id: z.string(), at: z.number() }),
  EventBody,
);
export type Event = z.infer<typeof Event>;

/**
 * Frames of the socket. `hello` comes first: `resumed` is false when the events asked for are no longer
 * kept, and the client must read the state anew. `log` frames belong to the step whose log the client
 * asked to follow; `from` is the byte offset of `text` in that log. Exactly one of them has `end`, and says how the step
 * ended, how long its log is, and whether something of it is missing. `withheld` comes at once where more was said than is
 * shown while the step runs: the last of it follows at the end.
 */
export const Frame = z.discriminatedUnion("frame", [
  z.object({ frame: z.literal("hello"), project_id: z.string(), seq: z.number(), resumed: z.boolean() }),
  z.object({ frame: z.literal("event"), event: Event }),
  z.object({
    frame: z.literal("log"),
    step_id: z.string(),
    from: z.number(),
    text: z.string(),
    end: z.boolean(),
    withheld: z.boolean().optional(),
    status: z.string().optional(),
    bytes: z.number().optional(),
    truncated: z.boolean().optional(),
  }),
]);
export type Frame = z.infer<typeof Frame>;

/** So much of a log is sent to a client beyond what it said it has read, in bytes. */
export const LOG_WINDOW_BYTES = 1024 * 1024;

/**
 * Why we close a socket: its session is over, it did not keep up (the reason says from which byte to go on), or
 * something went wrong here.
 */
export const SOCKET_CLOSED = { session: 4401, lagging: 4408, again: 4503 } as const;
