/** GitHub Apps and people of the rehearsal. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { App, Permissions, User } from "./nouns.ts";
import { APP_EVENTS } from "./shapes/app.ts";
import { findUser, nextId, type World } from "./world.ts";

/** What the README tells people to give the App, and no more: what it lacks there must fail here. */
export const APP_PERMISSIONS: Permissions = {
  metadata: "read",
  administration: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "read",
  workflows: "write",
};

export type NewUser = { name?: string; email?: string; type?: User["type"] };

/** Names that would be taken for a door of the API. */
export const RESERVED = [
  ...["repos", "repositories", "user", "users", "app", "apps", "orgs", "api", "login", "installation"],
  ...["meta", "rate_limit", "versions", "zen", "graphql", "avatars", "settings"],
];

export function createUser(world: World, login: string, options: NewUser = {}): User {
  const isBot = options.type === "Bot";
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?$/.test(login) || RESERVED.includes(login)) {
    throw new Error(`Cannot create user "${login}": not a login that GitHub would give`);
  }
  if (findUser(world, login) !== undefined) throw new Error(`Cannot create user "${login}": it exists`);
  const user: User = {
    id: nextId(world),
    login,
    type: options.type ?? "User",
    name: options.name ?? (isBot ? null : login),
    email: options.email ?? (isBot ? null : `${login.toLowerCase()}@example.com`),
    createdAt: world.now(),
  };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** Making a key takes long, so the nth App of every world in this process has the same one. */
const keys: string[] = [];

function keyFor(index: number): string {
  const known = keys[index];
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  keys[index] = privateKey;
  return privateKey;
}

export type NewApp = {
  slug: string;
  name?: string;
  owner: User;
  webhookUrl?: string;
  webhookSecret?: string;
  permissions?: Permissions;
};

/** Registers an App with a key of its own, as GitHub gives it: RSA 2048, PKCS#1. */
export function createApp(world: World, options: NewApp): App {
  const privateKey = keyFor(world.apps.length);
  const now = world.now();
  const id = nextId(world);
  const app: App = {
    id,
    slug: options.slug,
    name: options.name ?? options.slug,
    owner: options.owner,
    bot: createUser(world, `${options.slug}[bot]`, { type: "Bot" }),
    privateKey,
    publicKey: createPublicKey(createPrivateKey(privateKey)),
    clientId: `Iv23${randomBytes(8).toString("hex")}`,
    clientSecret: randomBytes(20).toString("hex"),
    hook: {
      id: nextId(world),
      type: "App",
      targetId: id,
      url: options.webhookUrl ?? "",
      secret: options.webhookSecret ?? randomBytes(16).toString("hex"),
      contentType: "json",
      events: [...APP_EVENTS],
      active: true,
      createdAt: now,
      updatedAt: now,
    },
    permissions: { ...(options.permissions ?? APP_PERMISSIONS) },
    createdAt: now,
  };
  world.apps.push(app);
  return app;
}
