/** The Tidegate that a command speaks to, and what its refusals mean for how the command ends. */
import type { Argv } from "yargs";
import { type Api, ApiError, connect } from "../../api.ts";
import { type Exit, Failure } from "../failure.ts";
import type { Common } from "../terminal.ts";

export interface Server extends Common {
  server: string | undefined;
  token: string | undefined;
}

const END = `Exit codes: 0 it worked, and a run that was followed is merged or passed; 1 a run that was
followed waits for a person, failed or was stopped; 2 wrong use, or the server does not take what
was sent; 3 not found; 4 the server cannot be reached, fails, or refuses because things stand
otherwise by now (409: the plan has a newer version or was answered, the run does not wait or is
over); 130 Ctrl+C while a run is followed: the run goes on.`;

/** Neither option has its variable as a default: `--help` would print the token. */
export function serverOptions<T>(yargs: Argv<T>) {
  return yargs
    .option("server", { type: "string", requiresArg: true, describe: "Default: $TIDEGATE_URL" })
    .option("token", {
      type: "string",
      requiresArg: true,
      describe: "Default: $TIDEGATE_TOKEN, which other users of the machine do not see",
    })
    .epilogue(END);
}

const MISSING = `Name a Tidegate with --server or TIDEGATE_URL, and a token for it with --token or TIDEGATE_TOKEN.
"npm start" prints both, and so does "tidegate serve".`;

/** A client of the server that is meant, and its address. */
export function serverOf({ server, token }: Server): { api: Api; origin: string } {
  const address = server ?? process.env.TIDEGATE_URL ?? "";
  const key = token ?? process.env.TIDEGATE_TOKEN ?? "";
  if (address === "" || key === "") throw new Failure("usage", MISSING);
  const origin = originOf(address);
  return { api: connect(origin, key), origin };
}

function originOf(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Failure("usage", `Cannot use "${address}" as a server: it must be like http://localhost:8787`);
  return url.origin;
}

/** Does what asks the server, and says in words why it could not. */
export async function asking<T>(origin: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, origin) ?? error;
  }
}

function failureOf(error: unknown, origin: string): Failure | null {
  if (error instanceof ApiError) return new Failure(exitOf(error), wordsOf(error, origin), error);
  // What fetch throws when nobody answers.
  if (error instanceof TypeError && error.message === "fetch failed")
    return new Failure("failed", `Cannot reach ${origin}: is it running?`, error);
  if (error instanceof Error && error.name === "ZodError")
    return new Failure("failed", `${origin} answers in another form: is it of another version?`, error);
  return null;
}

function exitOf({ problem: { status } }: ApiError): Exit {
  if (status === 404) return "not_found";
  return status === 400 || status === 401 || status === 403 || status === 422 ? "usage" : "failed";
}

function wordsOf({ problem }: ApiError, origin: string): string {
  if (problem.status === 401)
    return `${origin} does not accept this token: it may be of another server or of an earlier start. ${MISSING}`;
  const fields = (problem.errors ?? []).map(({ field, message }) => `  ${field}: ${message}`);
  return [problem.detail, ...fields].join("\n");
}
