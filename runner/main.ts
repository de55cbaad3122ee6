/** The runner as a program: reads the environment, runs until it is told to stop. */
import { z } from "zod";
import { ISOLATIONS } from "../models/sandbox.ts";
import { startRunner } from "./index.ts";
import { listed, wayOutOf } from "./way-out.ts";

const Environment = z.object({
  RUNNER_TOKEN: z.string().min(16, "must be set, with 16 characters or more"),
  RUNNER_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  RUNNER_HOST: z.string().default("127.0.0.1"),
  RUNNER_DIR: z.string().optional(),
  RUNNER_ISOLATION: z.enum(["auto", ...ISOLATIONS]).default("auto"),
  /** What isolates with `auto` where bubblewrap cannot. */
  RUNNER_OTHERWISE: z.enum(["none", "container"]).default("none"),
  RUNNER_MAX_SANDBOXES: z.coerce.number().int().positive().default(64),
  /** Names of variables of the host that every command shall see, such as `npm_config_registry,PIP_INDEX_URL`. */
  RUNNER_PASS_ENV: z.string().default(""),
  /** Sandboxes that nobody asked for anything in so long are ended. */
  RUNNER_IDLE_MINUTES: z.coerce.number().positive().default(30),
});

function log(event: string, fields: Record<string, unknown>): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));
}

async function main(): Promise<void> {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) throw new Error(`Cannot start runner: ${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  // Not in the memory of what we start, whatever else goes wrong: it is read once and forgotten.
  delete process.env.RUNNER_TOKEN;
  const runner = await startRunner({
    token: env.RUNNER_TOKEN,
    port: env.RUNNER_PORT,
    hostname: env.RUNNER_HOST,
    ...(env.RUNNER_DIR === undefined ? {} : { dir: env.RUNNER_DIR }),
    isolation: env.RUNNER_ISOLATION,
    otherwise: env.RUNNER_OTHERWISE,
    maxSandboxes: env.RUNNER_MAX_SANDBOXES,
    env: passed(env.RUNNER_PASS_ENV),
    wayOut: wayOutOf(process.env),
    idle_ms: env.RUNNER_IDLE_MINUTES * 60_000,
    log,
  });
  log("runner.started", { url: runner.url, isolation: runner.isolation });
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, async () => {
      log("runner.stopping", { signal: name });
      await runner.close();
      process.exit(0);
    });
  }
}

function passed(names: string): Record<string, string> {
  return Object.fromEntries(
    listed(names).flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
