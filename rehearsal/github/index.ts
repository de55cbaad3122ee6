/**
 * The rehearsal GitHub: a stateful GitHub on real bare git repositories, in this process, for
 * `npm start`, `npm run rehearse` and all tests. What it does not model it answers 501.
 */
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApp, createUser } from "./apps.ts";
import type { Faults, Seen } from "./faults.ts";
import { checks } from "./hands/checks.ts";
import { code } from "./hands/code.ts";
import { moves } from "./hands/moves.ts";
import { people } from "./hands/people.ts";
import { pulls, rules } from "./hands/pulls.ts";
import { talk } from "./hands/talk.ts";
import type { App, Delivery } from "./nouns.ts";
import { createHandler } from "./server.ts";
import { redeliver } from "./webhooks.ts";
import { createWorld, settled, type World } from "./world.ts";

export type { Faults, HookAct, HookFault, Pattern, RequestFault, Seen } from "./faults.ts";
export type { Files, PushOptions } from "./hands/code.ts";
export type { FullName } from "./hands/find.ts";
export { type Person, signJwt } from "./hands/people.ts";
export type { OpenOptions } from "./hands/pulls.ts";
export type { IssueOptions } from "./hands/talk.ts";
export type * from "./nouns.ts";

export type GitHubOptions = {
  /** Where the bare repositories are kept; made when it is missing. */
  dir: string;
  /** Default: any free port. */
  port?: number;
  /** The clock, in milliseconds. */
  now?: () => number;
  webhookUrl?: string;
  webhookSecret?: string;
  /** The main App's name; default `tidegate`. */
  slug?: string;
  log?: (line: string) => void;
};

/** The main App, as its own code needs it. */
export type AppIdentity = {
  id: number;
  slug: string;
  privateKey: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
};

export type GitHub = ReturnType<typeof people> &
  ReturnType<typeof code> &
  ReturnType<typeof moves> &
  ReturnType<typeof pulls> &
  ReturnType<typeof rules> &
  ReturnType<typeof talk> &
  ReturnType<typeof checks> & {
    url: string;
    /** What Octokit takes as `baseUrl`. */
    apiUrl: string;
    app: AppIdentity;
    faults: Faults;
    /** All webhook deliveries, oldest first. */
    deliveries: Delivery[];
    /** All requests that came in, oldest first. */
    requests: Seen[];
    /** Requests answered 501; a test fails when there are any. */
    unmodelled: Seen[];
    /** Sends a delivery again: same GUID, new id. */
    redeliver(delivery: Delivery): Delivery;
    /** Resolves when no delivery and no computation is under way. */
    settled(): Promise<void>;
    /** Everything, for assertions that no helper offers. */
    world: World;
    close(): Promise<void>;
  };

/** Starts a GitHub on 127.0.0.1; refuses in production, where nobody may merge into a stage set. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  if (process.env.NODE_ENV === "production" || process.env.ENV === "production") {
    throw new Error(
      'Cannot start the rehearsal GitHub: NODE_ENV or ENV is "production"; unset it, or name a real one with --github',
    );
  }
  const world = createWorld(options);
  const owner = createUser(world, "rehearsal", { name: "Rehearsal" });
  const { webhookUrl, webhookSecret } = options;
  const app = createApp(world, {
    slug: options.slug ?? "tidegate",
    name: "Tidegate",
    owner,
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(webhookSecret !== undefined && { webhookSecret }),
  });
  const server = await listen(world, options.port ?? 0);
  return {
    ...people(world, app),
    ...code(world),
    ...moves(world),
    ...pulls(world),
    ...rules(world),
    ...talk(world),
    ...checks(world, app),
    url: world.url,
    apiUrl: world.apiUrl,
    app: identity(app),
    faults: world.faults,
    deliveries: world.deliveries,
    requests: world.requests,
    unmodelled: world.unmodelled,
    redeliver: (delivery) => redeliver(world, delivery),
    settled: () => settled(world),
    world,
    async close() {
      await settled(world);
      await server.close();
    },
  };
}

function identity(app: App): AppIdentity {
  const { id, slug, privateKey, clientId, clientSecret, hook } = app;
  return { id, slug, privateKey, webhookSecret: hook.secret, clientId, clientSecret };
}

async function listen(world: World, port: number): Promise<{ close(): Promise<void> }> {
  const handler = createHandler(world);
  // Replacing the process's own Request and Response would leak into whoever started us.
  const server = createAdaptorServer({ fetch: handler, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  world.url = `http://127.0.0.1:${address.port}`;
  world.apiUrl = `${world.url}/api/v3`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Clients keep connections alive; waiting for them would hold the process.
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
  return { close };
}
