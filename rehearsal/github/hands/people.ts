/** People, Apps and installations, arranged without HTTP. */
import { createSign } from "node:crypto";
import { cover, install, installationEvent, uninstall } from "../acts/installations.ts";
import { mintToken, userToken } from "../acts/tokens.ts";
import { createApp, createUser, type NewApp, type NewUser } from "../apps.ts";
import type { App, Installation, Role } from "../nouns.ts";
import { installationOf, type World } from "../world.ts";
import { type FullName, repositoryNamed, userNamed } from "./find.ts";

export type Person = { id: number; login: string; token: string };

const JWT_LIFE_S = 9 * 60;

export function people(world: World, app: App) {
  function installationOn(name: FullName, of: App = app): Installation {
    const found = installationOf(world, of, repositoryNamed(world, name));
    if (found === undefined) throw new Error(`Cannot find an installation of "${of.slug}" on "${name}"`);
    return found;
  }

  return {
    /** A person with a personal token that never expires. */
    createUser(login: string, options: NewUser = {}): Person {
      const user = createUser(world, login, options);
      return { id: user.id, login, token: userToken(world, user, null, null).value };
    },

    createOrganization(login: string): void {
      createUser(world, login, { type: "Organization" });
    },

    /** One more App, for checks that come from the wrong one. */
    createApp(slug: string, options: Partial<NewApp> = {}): App {
      return createApp(world, { owner: app.owner, ...options, slug });
    },

    /** Gives a person a role in a repository; `none` takes it away. */
    setRole(name: FullName, login: string, role: Role): void {
      const { collaborators } = repositoryNamed(world, name);
      if (role === "none") collaborators.delete(login.toLowerCase());
      else collaborators.set(userNamed(world, login).login.toLowerCase(), role);
    },

    /** Installs the App (or another one) on a repository. */
    install: (name: FullName, of: App = app): Installation =>
      install(world, of, repositoryNamed(world, name)),
    /** Takes one repository out of the installation. */
    removeFromInstallation(name: FullName, of: App = app): void {
      cover(world, installationOn(name, of), repositoryNamed(world, name), "removed");
    },
    uninstall: (name: FullName, of: App = app): void => uninstall(world, installationOn(name, of)),
    suspend(name: FullName, of: App = app): void {
      const installation = installationOn(name, of);
      installation.suspendedAt = world.now();
      installationEvent(world, installation, "suspend", installation.account);
    },
    unsuspend(name: FullName, of: App = app): void {
      const installation = installationOn(name, of);
      installation.suspendedAt = null;
      installationEvent(world, installation, "unsuspend", installation.account);
    },

    /** The App's JWT, as its own code would sign it. */
    appJwt: (of: App = app): string => signJwt(of, Math.floor(world.now() / 1000)),
    /** An installation token, without the call that mints one. */
    installationToken(name: FullName, of: App = app): string {
      const installation = installationOn(name, of);
      const { permissions } = installation;
      return mintToken(world, installation, { repositoryIds: null, permissions }).value;
    },
    /** Makes a token worthless at once. */
    revokeToken: (value: string): void => void world.tokens.delete(value),
    /** Makes all tokens of the installations worthless at once. */
    revokeInstallationTokens(): void {
      for (const [value, token] of world.tokens)
        if (token.kind === "installation") world.tokens.delete(value);
    },
    /** Where the App's webhooks go. */
    setWebhook(url: string, secret = app.hook.secret): void {
      Object.assign(app.hook, { url, secret });
    },
    /** Who is signed in when a browser comes to the authorisation page; null: the page asks. */
    signInAs(login: string | null): void {
      world.signInAs = login;
    },
  };
}

/** RS256 over `iss`, `iat` and `exp`. */
export function signJwt(app: App, nowS: number, claims: Record<string, unknown> = {}): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = { iss: app.clientId, iat: nowS - 30, exp: nowS + JWT_LIFE_S, ...claims };
  const body = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(payload)}`;
  return `${body}.${createSign("RSA-SHA256").update(body).sign(app.privateKey, "base64url")}`;
}
