/** Everything the rehearsal GitHub knows, in one plain object. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Faults, Seen } from "./faults.ts";
import { createFaults } from "./faults.ts";
import type { App, Delivery, Grant, Installation, Repository, Token, User } from "./nouns.ts";

export type Bucket = { used: number; resetAt: number };

export type World = {
  url: string;
  apiUrl: string;
  /** Where the bare repositories live. */
  dir: string;
  now: () => number;
  log: (line: string) => void;
  lastId: number;
  users: Map<string, User>;
  repositories: Map<number, Repository>;
  /** Former full names, in lower case: GitHub redirects them. */
  moved: Map<string, number>;
  apps: App[];
  installations: Map<number, Installation>;
  tokens: Map<string, Token>;
  grants: Map<string, Grant>;
  /** Who signs in when a browser comes to the authorisation page; null: the page asks. */
  signInAs: string | null;
  deliveries: Delivery[];
  requests: Seen[];
  unmodelled: Seen[];
  buckets: Map<string, Bucket>;
  faults: Faults;
  /** Work that was begun and not awaited: deliveries, mergeability. */
  background: Set<Promise<unknown>>;
  /** The end of the queue of writes; see `exclusive`. */
  turn: Promise<unknown>;
};

export type WorldOptions = { dir: string; now?: () => number; log?: (line: string) => void };

export function createWorld({ dir, now = Date.now, log = () => {} }: WorldOptions): World {
  mkdirSync(join(dir, "repositories"), { recursive: true });
  return {
    url: "",
    apiUrl: "",
    dir,
    now,
    log,
    lastId: 4_100_000,
    users: new Map(),
    repositories: new Map(),
    moved: new Map(),
    apps: [],
    installations: new Map(),
    tokens: new Map(),
    grants: new Map(),
    signInAs: null,
    deliveries: [],
    requests: [],
    unmodelled: [],
    buckets: new Map(),
    faults: createFaults(now),
    background: new Set(),
    turn: Promise.resolve(),
  };
}

/** One sequence for all kinds: an id never means two things, so a mix-up shows at once. */
export function nextId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}

const FIRST_DELIVERY = 3_804_004_623_172_239_366n;

export function nextDeliveryId(world: World): bigint {
  return FIRST_DELIVERY + BigInt(nextId(world));
}

/**
 * Runs `work` alone among all writes to repositories: two merges at once are two merges in a row.
 * Not re-entrant: `work` must not call `exclusive` again.
 */
export function exclusive<T>(world: World, work: () => Promise<T>): Promise<T> {
  const result = world.turn.then(work);
  world.turn = result.catch(() => {});
  return result;
}

/** Remembers work that nobody awaits, so that `settled` can. */
export function inBackground(world: World, work: Promise<unknown>): void {
  const guarded = work
    .catch((error: unknown) => world.log(`rehearsal github: background work failed: ${String(error)}`))
    .finally(() => world.background.delete(guarded));
  world.background.add(guarded);
}

/** Resolves when no delivery and no computation is under way. */
export async function settled(world: World): Promise<void> {
  while (world.background.size > 0) await Promise.all(world.background);
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** The repository of that name now; former names are not followed. */
export function findRepository(world: World, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return [...world.repositories.values()].find((repository) => fullName(repository).toLowerCase() === wanted);
}

export function findUser(world: World, login: string): User | undefined {
  return world.users.get(login.toLowerCase());
}

/** Installations that cover a repository. */
export function installationsOn(world: World, repository: Repository): Installation[] {
  return [...world.installations.values()].filter((installation) => covers(installation, repository));
}

export function covers(installation: Installation, repository: Repository): boolean {
  if (installation.account.id !== repository.owner.id) return false;
  return installation.selection === "all" || installation.repositoryIds.has(repository.id);
}

/** The installation of one App on a repository. */
export function installationOf(world: World, app: App, repository: Repository): Installation | undefined {
  return installationsOn(world, repository).find((installation) => installation.app === app);
}
