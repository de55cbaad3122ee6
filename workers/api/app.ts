/** What every route stands on: its environment, its errors, and who may come in. */
import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { QuestionError } from "../../graph/queries/answer.ts";
import { Problem } from "../../models/api.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { log, messageOf } from "../log.ts";
import { isBusy } from "../store/db.ts";

export type App = { Bindings: Env; Variables: { request_id: string; owner: string; session_until: number } };

/**
 * A part of the API: bad input is refused at its door, field by field.
 *
 * @param refusal what a refusal is called: questions, whose input is an address, are bad requests
 */
export function part(refusal: "invalid" | "bad_request" = "invalid"): OpenAPIHono<App> {
  return new OpenAPIHono<App>({
    defaultHook: (result) => {
      if (result.success) return;
      const fields = result.error.issues.map((issue) => ({
        field: issue.path.join("."),
        message: issue.message,
      }));
      const words = fields.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`));
      throw new AppError(refusal, `Cannot use the request: ${words.join("; ")}`, fields);
    },
  });
}

/** Turns whatever a route threw into a problem document; causes stay inside. */
export function problem(error: unknown, c: Context<App>): Response {
  const known = knownOf(error);
  if (known === null)
    log("request.failed", { request_id: c.var.request_id, path: c.req.path, error: messageOf(error) });
  const status = known?.status ?? 500;
  const body: Problem = {
    type: "about:blank",
    title: known?.code.replaceAll("_", " ") ?? "internal error",
    status,
    detail: known?.message ?? "Something went wrong on our side; the request id finds it in the log",
    code: known?.code ?? "internal",
    request_id: c.var.request_id ?? "",
    ...(known?.fields && { errors: known.fields }),
    ...(known?.hints.suggestions && { suggestions: known.hints.suggestions }),
    ...(known?.hints.progress && { progress: known.hints.progress }),
  };
  const seconds = known?.hints.retry_after_s ?? (status === 503 ? 30 : null);
  const headers = seconds === null ? {} : { "retry-after": String(seconds) };
  return c.json(body, status as 500, { ...headers, "content-type": "application/problem+json" });
}

const QUESTIONS: Record<QuestionError["code"], ErrorCode> = {
  NOT_FOUND: "not_found",
  AMBIGUOUS: "ambiguous",
  INVALID: "bad_request",
};

/** An error that is an answer; null for what went wrong on our side. */
function knownOf(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof QuestionError)
    return new AppError(QUESTIONS[error.code], error.message, undefined, { suggestions: error.suggestions });
  if (error instanceof HTTPException && error.status === 415)
    return new AppError(
      "bad_request",
      "Cannot read the request: its body must be JSON, and its header content-type: application/json",
    );
  // What hono refuses by itself: a body that is no JSON.
  if (error instanceof HTTPException && error.status < 500)
    return new AppError("bad_request", `Cannot read the request: ${error.message}`);
  if (isBusy(error))
    return new AppError("unavailable", "Cannot serve this now: the database has too much to do; ask again");
  return null;
}

/** The answers of a route: its own, and the problem document for everything else. */
export function answers<T extends z.ZodType>(
  description: string,
  schema: T,
  status = 200,
): RouteConfig["responses"] {
  return {
    [status]: { description, content: { "application/json": { schema } } },
    default: { description: "A problem", content: { "application/problem+json": { schema: Problem } } },
  };
}

/** A request's body that must be JSON of this form. */
export const json = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { "application/json": { schema } },
});

export const ProjectParam = z.object({ id: z.string() });
