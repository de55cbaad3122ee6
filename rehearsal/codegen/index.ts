/**
 * The rehearsal Codegen: its agent API in this process and in memory, for the rehearsal and all tests. It does no work
 * of its own: a brain decides what a run does. What it does not model it answers 501.
 */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createKnobs, type Knobs } from "./knobs.ts";
import {
  type Brain,
  nextId,
  type Organization,
  type Repository,
  type Run,
  type Seen,
  type World,
} from "./nouns.ts";
import { createHandler } from "./server.ts";
import { addRun } from "./work.ts";

export type { Knobs } from "./knobs.ts";
export type { Asked, Brain, Done, LogEntry, Run, Seen } from "./nouns.ts";

export type CodegenOptions = {
  /** Decides what a run does. */
  brain: Brain;
  /** Full names of the organization's repositories; default: one. */
  repositories?: string[];
  /** Default: any free port. */
  port?: number;
  /** The clock, in milliseconds. */
  now?: () => number;
  log?: (line: string) => void;
};

export type Codegen = {
  url: string;
  token: string;
  /** The id of the caller's organization. */
  organization: number;
  /** The id of one that the caller does not belong to. */
  strangers: number;
  repositories: Repository[];
  /** What goes wrong from now on. */
  knobs: Knobs;
  /** Oldest first. */
  runs: Run[];
  /** All requests that came in, oldest first. */
  requests: Seen[];
  /** Requests answered 501; a test fails when there are any. */
  unmodelled: Seen[];
  /** Writes down runs that others in the organization had, as the newest. */
  addRuns(count: number): void;
  /** Resolves when no brain is at work. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/** Starts a Codegen on 127.0.0.1; refuses in production, where nobody may take a stage set for an agent. */
export async function startCodegen(options: CodegenOptions): Promise<Codegen> {
  if (process.env.NODE_ENV === "production" || process.env.ENVIRONMENT === "production") {
    throw new Error('Cannot start the rehearsal Codegen: NODE_ENV or ENVIRONMENT is "production"; unset it');
  }
  const world = createWorld(options);
  const ours = addOrganization(world, "Rehearsal", true, options.repositories ?? ["rehearsal/sample"]);
  const theirs = addOrganization(world, "Strangers", false, []);
  const close = await listen(world, options.port ?? 0);
  const { url, token, knobs, runs, requests, unmodelled } = world;
  return {
    url,
    token,
    organization: ours.id,
    strangers: theirs.id,
    repositories: ours.repositories,
    knobs,
    runs,
    requests,
    unmodelled,
    addRuns(count) {
      for (let nth = 0; nth < count; nth++) addRun(world, ours.id, { source: "SLACK", user: world.user + 1 });
    },
    settled: () => settled(world),
    async close() {
      await settled(world);
      await close();
    },
  };
}

function createWorld({ brain, now = Date.now, log = () => {} }: CodegenOptions): World {
  return {
    url: "",
    token: `rehearsal-${randomBytes(24).toString("hex")}`,
    user: 11,
    brain,
    now,
    log,
    lastId: 52_000,
    organizations: [],
    runs: [],
    requests: [],
    unmodelled: [],
    windows: new Map(),
    knobs: createKnobs(),
    background: new Set(),
  };
}

function addOrganization(world: World, name: string, isOurs: boolean, names: string[]): Organization {
  const id = nextId(world);
  const repositories = names.map((fullName) => ({ id: nextId(world), fullName }));
  const organization: Organization = { id, name, isOurs, repositories };
  world.organizations.push(organization);
  return organization;
}

async function settled(world: World): Promise<void> {
  while (world.background.size > 0) await Promise.all(world.background);
}

async function listen(world: World, port: number): Promise<() => Promise<void>> {
  // Replacing the process's own Request and Response would leak into whoever started us.
  const server = createAdaptorServer({ fetch: createHandler(world), overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Clients keep connections alive; waiting for them would hold the process.
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
}
