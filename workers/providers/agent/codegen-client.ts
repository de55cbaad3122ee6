/** Requests to Codegen's API: a time limit, the key in its header alone, and errors that say what a person can do. */
import { z } from "zod";
import { CODEGEN_KEY } from "../../../models/agent.ts";

/** Longest a request may take until its answer was read, in ms. */
const TIMEOUT_MS = 20_000;
const MOST_WORDS = 300;

/** Where Codegen is, who lets us in, and for which repository it works. */
export type CodegenAccess = {
  /** e.g. `https://api.codegen.com` */
  url: string;
  token: string;
  organization: number;
  /** Codegen's own id of the repository; null: it chooses by the prompt. */
  repository: number | null;
  /** The organization's own choice when absent. */
  model?: string;
};

/** `retry`: the same request may succeed later. `final`: a person has to change something first. */
export class CodegenError extends Error {
  readonly kind: "retry" | "final";
  /** Null when no answer came that can be read: nobody knows whether the request took effect. */
  readonly status: number | null;
  /** How long Codegen wants us to wait, in seconds; null when it does not say. */
  readonly retry_after_s: number | null;
  constructor(
    kind: "retry" | "final",
    status: number | null,
    message: string,
    retry_after_s: number | null = null,
  ) {
    super(message);
    this.name = "CodegenError";
    this.kind = kind;
    this.status = status;
    this.retry_after_s = retry_after_s;
  }
}

/** `doing` completes the sentence "Cannot …" of an error. */
export type Order = { doing: string; path: string; body?: unknown };

/** Sends a request, a POST when it has a body, and reads the answer as `schema` has it. */
export async function ask<T>(access: CodegenAccess, schema: z.ZodType<T>, order: Order): Promise<T> {
  const said = schema.safeParse(parsed(await send(access, order)));
  if (said.success) return said.data;
  const where = said.error.issues[0]?.path.join(".") || "the body";
  // A gateway's page in place of JSON goes away again; an API that changed runs into our deadline.
  throw new CodegenError(
    "retry",
    null,
    `Cannot ${order.doing}: the answer of Codegen cannot be read (${where})`,
  );
}

/** The text of a successful answer. */
export async function send(access: CodegenAccess, order: Order): Promise<string> {
  const { response, text } = await fetched(access, order);
  if (response.ok) return text;
  throw refusal(access, order, response, text);
}

async function fetched(access: CodegenAccess, order: Order): Promise<{ response: Response; text: string }> {
  const init = requestOf(access, order);
  try {
    const response = await fetch(`${access.url.replace(/\/+$/, "")}${order.path}`, init);
    return { response, text: await response.text() };
  } catch (thrown) {
    // What was thrown stays inside: its words may quote a header, and so the key.
    const late = thrown instanceof Error && thrown.name === "TimeoutError";
    const why = late ? `did not answer within ${TIMEOUT_MS / 1000} s` : "could not be reached";
    throw new CodegenError("retry", null, `Cannot ${order.doing}: Codegen at ${hostOf(access)} ${why}`);
  }
}

function requestOf(access: CodegenAccess, order: Order): RequestInit {
  const token = access.token.trim();
  // A line break within the key would make fetch throw an error that quotes it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const wrong = `the secret ${CODEGEN_KEY} is empty or has characters that no key has; set it again`;
    throw new CodegenError("final", null, `Cannot ${order.doing}: ${wrong}`);
  }
  const headers = { authorization: `Bearer ${token}`, accept: "application/json", "user-agent": "tidegate" };
  // A redirect must not carry the key to another host.
  const init = { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
  if (order.body === undefined) return { ...init, method: "GET", headers };
  const typed = { ...headers, "content-type": "application/json" };
  return { ...init, method: "POST", headers: typed, body: JSON.stringify(order.body) };
}

function refusal(access: CodegenAccess, order: Order, response: Response, text: string): CodegenError {
  const { status } = response;
  const words = wordsOf(text, access.token.trim());
  const said = words === "" ? `${status}` : `${status}: ${words}`;
  return new CodegenError(
    status === 408 || status === 429 || status >= 500 ? "retry" : "final",
    status,
    `Cannot ${order.doing}: ${adviceOn(status, access)} (Codegen answered ${said})`,
    secondsIn(response.headers.get("retry-after")),
  );
}

/** What somebody who reads of the refusal can do. */
function adviceOn(status: number, { organization, repository }: CodegenAccess): string {
  const where = `the organization id ${organization}`;
  if (status === 401) return `check the secret ${CODEGEN_KEY}`;
  if (status === 402)
    return "the limit of the Codegen plan is reached; raise it, or wait for its next period";
  if (status === 403) return `check the secret ${CODEGEN_KEY}, and that its owner may use ${where}`;
  if (status === 404)
    return `check ${where}${repository === null ? "" : ` and the repository id ${repository}`}`;
  if (status === 422) return "Codegen does not accept what was sent";
  if (status === 429) return "too many requests; it is asked again later";
  if (status >= 500) return "Codegen has a fault; it is asked again later";
  return "the answer was not expected; check the address of the API";
}

const Refusal = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
  z
    .object({
      detail: z.array(
        z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() }),
      ),
    })
    .transform(({ detail }) => detail.map(({ loc, msg }) => `${loc.join(".")} ${msg}`.trim()).join("; ")),
]);

/** Codegen's own words in one line; empty when a page for people came instead. */
function wordsOf(text: string, token: string): string {
  const said = Refusal.safeParse(parsed(text));
  if (!said.success) return "";
  // A server that shows the request it refuses would show the key.
  const line = said.data.replaceAll(token, "[hidden]").replace(/[\s\p{Cc}]+/gu, " ");
  return line.trim().slice(0, MOST_WORDS);
}

/** Of a Retry-After: seconds, or a date. */
function secondsIn(header: string | null): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hostOf({ url }: CodegenAccess): string {
  return URL.canParse(url) ? new URL(url).host : "its address";
}
