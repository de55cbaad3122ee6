import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { sign } from "hono/jwt";
import { connect } from "../api.ts";
import { Failure } from "./failure.ts";
import { homeOf } from "./home.ts";
import { type Common, terminalFor } from "./terminal.ts";
import { bundle, start } from "./worker.ts";

const PORT = 8787;

/** Runs the Worker until it is told to stop. */
export async function serve(args: Common & { port?: number | undefined; host: string }): Promise<void> {
  const terminal = terminalFor(args);
  const folder = join(homeOf(), "serve");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = await freePort(args.host, args.port);
  const url = `http://localhost:${port}`;
  const secrets = secretsIn(folder);
  terminal.note("Building the Worker, unless it is built ...");
  await bundle();
  const worker = await start({
    host: args.host,
    port,
    folder: join(folder, "cloudflare"),
    vars: varsFor(url, secrets),
  });
  const token = await tokenFor(url, secrets.SESSION_SECRET);
  await terminal.answer({ url, token, folder }, (paint) =>
    [
      `  API      ${paint.bold(`${url}/api/v1`)}`,
      `  Health   ${url}/health`,
      `  Header   Authorization: Bearer ${token}`,
      `  Kept in  ${folder}`,
      paint.dim("  Stop with Ctrl+C."),
    ].join("\n"),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // Miniflare's own listeners would end us before its disk is closed.
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
  await worker.close();
}

interface Secrets {
  SESSION_SECRET: string;
  SECRETS_KEY: string;
  RUNNER_TOKEN: string;
}

/** Made at the first start and kept: what is encrypted on this disk must be readable after the next. */
function secretsIn(folder: string): Secrets {
  const file = join(folder, "secrets.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  } catch {
    const secrets: Secrets = {
      SESSION_SECRET: randomBytes(32).toString("hex"),
      SECRETS_KEY: randomBytes(32).toString("base64"),
      RUNNER_TOKEN: randomBytes(24).toString("hex"),
    };
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}

/** GitHub is the one that the environment names; without credentials the Worker serves graphs and no pull requests. */
function varsFor(url: string, secrets: Secrets): Record<string, string> {
  return {
    ENVIRONMENT: "development",
    PUBLIC_URL: url,
    PREVIEW_ORIGIN: url,
    GITHUB_API_URL: process.env.GITHUB_API_URL || "https://api.github.com",
    GITHUB_TOKEN: process.env.GITHUB_TOKEN || "no-token-given",
    ...secrets,
  };
}

/** Signs the owner in as a one-time link does. */
async function tokenFor(url: string, secret: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const link = await sign({ purpose: "sign-in", sub: "owner", jti: randomUUID(), exp }, secret, "HS256");
  return (await connect(url).signIn(link)).token;
}

/** The port asked for, else 8787 or one of the next ten. */
async function freePort(host: string, asked: number | undefined): Promise<number> {
  if (asked !== undefined) {
    if (await isFree(host, asked)) return asked;
    throw new Failure(
      "usage",
      `Cannot listen on port ${asked}: something else does; name another with --port`,
    );
  }
  for (let port = PORT; port <= PORT + 10; port += 1) if (await isFree(host, port)) return port;
  throw new Failure("usage", `Cannot listen: ports ${PORT} to ${PORT + 10} are taken; name one with --port`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
