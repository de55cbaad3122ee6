/**
 * What can go wrong at GitHub, on demand. A fault matches requests and acts before or after the
 * effect; a hook fault matches deliveries. Both are small, and several can be active at once.
 */

/** A request as it was seen; `status` is null until it was answered. */
export type Seen = {
  id: string;
  at: number;
  method: string;
  /** Without the base (`/api/v3`), so one pattern fits both doors. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Parsed JSON; null when the body is empty or something else. */
  body: unknown;
  /** `user:alice`, `installation:17`, `app:3`, `anonymous`. */
  by: string;
  /** What was left of the life of the installation's token; null: the caller has none. */
  leftMs: number | null;
  status: number | null;
};

/** `"PUT /repos/o/r/pulls/1/merge"`, where a star is one segment and two stars the rest; or one's own test. */
export type Pattern = string | ((seen: Seen) => boolean);

type Answer = Response | undefined;
export type RequestFault = {
  match: Pattern;
  /** How many matching requests it touches; default: all. */
  times?: number;
  /** Runs before the effect; a returned response takes its place. */
  before?: (seen: Seen) => Answer | Promise<Answer> | Promise<void>;
  /** Runs after the effect; a returned response is sent instead of the true one. */
  after?: (seen: Seen, response: Response) => Answer | Promise<Answer> | Promise<void>;
};

export type Hint = { event: string; action: string | null; payload: Record<string, unknown>; url: string };
/** `drop`: recorded as failed, can be redelivered. `lose`: leaves no trace. `hold`: until `release`. */
export type HookAct = "drop" | "lose" | "duplicate" | "hold" | { delayMs: number };
export type HookFault = { match?: (hint: Hint) => boolean; times?: number; act: HookAct };

type Counted<T> = { fault: T; left: number };

export type Faults = {
  /** Adds a fault on requests; the answer removes it. */
  add(fault: RequestFault): () => void;
  /** Answers the next matching requests with `status`; nothing happens on this side. */
  failBefore(match: Pattern, status: number, times?: number): () => void;
  /** Lets the next matching requests take effect, and answers `status` all the same. */
  failAfter(match: Pattern, status: number, times?: number): () => void;
  /** Calls `act` when a matching request arrives, before it is handled. */
  onRequest(match: Pattern, act: (seen: Seen) => void | Promise<void>, times?: number): () => void;
  /** Makes matching requests take `ms` longer. */
  slow(match: Pattern, ms: number, times?: number): () => void;
  /** The primary limit is used up until `resetAt` (milliseconds of the clock) for `by` (default: all). */
  exhaust(options: { resetAt: number; by?: string }): () => void;
  /** The secondary limit: 403 or 429, with or without Retry-After. */
  secondary(options?: SecondaryLimit): () => void;
  /** Adds a fault on webhook deliveries; the answer removes it. */
  addHook(fault: HookFault): () => void;
  /** Sends what was held, in the order `arrange` gives (default: as it came). */
  release(arrange?: <T>(held: T[]) => T[]): void;
  /** How long tokens live that are minted from now on. */
  tokenLifeMs: number;
  /** After a force push, reads report the old head for this long; 0: never. */
  staleHeadMs: number;
  /** GitHub re-points the `commit_id` of earlier reviews to the new head now and then. */
  repointReviews: boolean;
  /** True: `mergeable` is null on the first read after a change, as on GitHub. */
  lazyMergeability: boolean;
  /** Removes all faults, and sends what was held. */
  clear(): void;
  /** Used by the server. */
  requestFaults(seen: Seen): RequestFault[];
  /** Used by the webhooks. */
  hookAct(hint: Hint): HookAct | null;
  hold(send: () => void): void;
};

export type SecondaryLimit = {
  match?: Pattern;
  by?: string;
  status?: 403 | 429;
  retryAfterS?: number;
  times?: number;
};

const SERVER_ERROR = "Server Error";
/** As they come, without a fault. */
const USUAL = { tokenLifeMs: 60 * 60 * 1000, staleHeadMs: 0, repointReviews: false, lazyMergeability: true };

export function createFaults(now: () => number): Faults {
  const requests: Counted<RequestFault>[] = [];
  const hooks: Counted<HookFault>[] = [];
  let held: (() => void)[] = [];

  const add: Faults["add"] = (fault) => insert(requests, fault, fault.times);
  const faults: Faults = {
    add,
    failBefore: (match, status, times = 1) => add({ match, times, before: async () => failure(status) }),
    failAfter: (match, status, times = 1) => add({ match, times, after: async () => failure(status) }),
    onRequest: (match, act, times) =>
      add(timed({ match, before: async (seen) => void (await act(seen)) }, times)),
    slow: (match, ms, times) => add(timed({ match, before: () => sleep(ms) }, times)),
    exhaust: ({ resetAt, by }) => {
      const match = (seen: Seen) => now() < resetAt && (by === undefined || seen.by === by);
      return add({ match, before: async (seen) => exhausted(seen, resetAt) });
    },
    secondary: ({ match = "* /**", by, status = 403, retryAfterS, times } = {}) => {
      const hits = (seen: Seen) => matches(match, seen) && (by === undefined || seen.by === by);
      return add(timed({ match: hits, before: async (seen) => secondary(seen, status, retryAfterS) }, times));
    },
    addHook: (fault) => insert(hooks, fault, fault.times),
    release: (arrange = (list) => list) => {
      const ready = held;
      held = [];
      for (const send of arrange(ready)) send();
    },
    ...USUAL,
    clear: () => {
      requests.length = 0;
      hooks.length = 0;
      Object.assign(faults, USUAL);
      faults.release();
    },
    requestFaults: (seen) => spend(requests, (fault) => matches(fault.match, seen)),
    hookAct: (hint) => spendFirst(hooks, (fault) => fault.match?.(hint) ?? true)?.act ?? null,
    hold: (send) => void held.push(send),
  };
  return faults;
}

/** True when a request fits `"METHOD /path/*"` or the caller's own test. */
export function matches(pattern: Pattern, seen: Seen): boolean {
  if (typeof pattern === "function") return pattern(seen);
  const [method = "*", path = "/**"] = pattern.split(" ");
  if (method !== "*" && method !== seen.method) return false;
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^/]+")
    .replaceAll("\0", ".*");
  return new RegExp(`^${source}$`).test(seen.path);
}

function timed(fault: RequestFault, times: number | undefined): RequestFault {
  return times === undefined ? fault : { ...fault, times };
}

function insert<T>(list: Counted<T>[], fault: T, times = Number.POSITIVE_INFINITY): () => void {
  const counted = { fault, left: times };
  list.push(counted);
  return () => {
    counted.left = 0;
  };
}

function spend<T>(list: Counted<T>[], fits: (fault: T) => boolean): T[] {
  const hits = list.filter((counted) => counted.left > 0 && fits(counted.fault));
  for (const hit of hits) hit.left -= 1;
  return hits.map((hit) => hit.fault);
}

function spendFirst<T>(list: Counted<T>[], fits: (fault: T) => boolean): T | undefined {
  const hit = list.find((counted) => counted.left > 0 && fits(counted.fault));
  if (hit !== undefined) hit.left -= 1;
  return hit?.fault;
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function failure(status: number): Response {
  return Response.json({ message: SERVER_ERROR, status: String(status) }, { status });
}

function exhausted(seen: Seen, resetAt: number): Response {
  const message = `API rate limit exceeded for ${seen.by.replace(":", " ID ")}.`;
  const headers = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-used": "5000",
    "x-ratelimit-reset": String(Math.ceil(resetAt / 1000)),
    "x-ratelimit-resource": "core",
  };
  return Response.json({ message }, { status: 403, headers });
}

function secondary(seen: Seen, status: number, retryAfterS: number | undefined): Response {
  const message = `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID ${seen.id}.`;
  const headers = retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) };
  return Response.json({ message }, { status, headers });
}
