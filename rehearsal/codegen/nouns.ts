/** What the rehearsal Codegen is made of. */
import type { Knobs } from "./knobs.ts";

/** An entry of a run's log, as whoever plays the agent writes it. */
export type LogEntry = {
  message_type: string;
  thought?: string | null;
  tool_name?: string | null;
  tool_input?: Record<string, unknown> | null;
  tool_output?: Record<string, unknown> | null;
  observation?: Record<string, unknown> | string | null;
};

/** What a run is asked to do: once when it is begun, and once more each time it is resumed. */
export type Asked = {
  runId: number;
  prompt: string;
  images: string[];
  resumed: boolean;
  /** Codegen's id of the repository; null: none was named. */
  repository: number | null;
};

export type Done = {
  log: LogEntry[];
  result: string;
  pull?: { url: string; head_branch_name: string; title: string };
  /** The word it ends with, e.g. PAUSED; a word for success when absent. */
  status?: string;
};

/** Decides what a run does. `fail` is the word it ends with, e.g. MAX_ITERATIONS_REACHED. */
export type Brain = (asked: Asked) => Promise<Done | { fail: string }>;

export type PullRequest = {
  id: number;
  title: string;
  url: string;
  created_at: string;
  head_branch_name: string;
};

export type Run = {
  id: number;
  organization: number;
  repository: number | null;
  user: number;
  source: string;
  /** Which words its status is told in. */
  dialect: "clients" | "documents";
  model: string | null;
  metadata: Record<string, unknown> | null;
  createdAt: number;
  /** Everything it was asked; the last is what it does now. */
  asked: Asked[];
  working: boolean;
  status: string;
  /** Looks since it was last asked something. */
  looks: number;
  /** What its brain answered, kept until it has been looked at often enough. */
  outcome: Done | { fail: string } | null;
  log: (LogEntry & { created_at: string })[];
  result: string | null;
  pulls: PullRequest[];
  banned: boolean;
};

export type Organization = { id: number; name: string; isOurs: boolean; repositories: Repository[] };
export type Repository = { id: number; fullName: string };

/** A request as it came in; `status` is null until it was answered. */
export type Seen = {
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  /** Without the token: tests search the record for leaks. */
  headers: Record<string, string>;
  body: unknown;
  status: number | null;
};

export type World = {
  url: string;
  token: string;
  user: number;
  brain: Brain;
  now: () => number;
  log: (line: string) => void;
  lastId: number;
  organizations: Organization[];
  /** Oldest first. */
  runs: Run[];
  requests: Seen[];
  unmodelled: Seen[];
  /** When the requests under each published limit came in. */
  windows: Map<string, number[]>;
  knobs: Knobs;
  /** Brains at work. */
  background: Set<Promise<void>>;
};

/** One sequence for all kinds: an id never means two things, so a mix-up shows at once. */
export function nextId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}
