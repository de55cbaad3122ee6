/** Refusals in GitHub's own words and shape. */

const DOCUMENTATION = "https://docs.github.com/rest";

/** An answer other than success; thrown anywhere, turned into JSON at the edge. */
export class Problem extends Error {
  readonly status: number;
  readonly details: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    details: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.headers = headers;
  }

  /** The JSON answer GitHub gives. */
  toResponse(): Response {
    const { message, status } = this;
    const body = { message, ...this.details, documentation_url: DOCUMENTATION, status: String(status) };
    return Response.json(body, {
      status,
      headers: { "content-type": "application/json; charset=utf-8", ...this.headers },
    });
  }
}

/** What does not exist and what the caller may not see: GitHub does not tell them apart. */
export function notFound(): Problem {
  return new Problem(404, "Not Found");
}

export function badCredentials(): Problem {
  return new Problem(401, "Bad credentials");
}

export function requiresAuthentication(): Problem {
  return new Problem(401, "Requires authentication");
}

export function forbidden(message: string): Problem {
  return new Problem(403, message);
}

export function conflict(message: string): Problem {
  return new Problem(409, message);
}

/** A 422 whose message says it all. */
export function unprocessable(message: string): Problem {
  return new Problem(422, message);
}

export type FieldCode = "missing" | "missing_field" | "invalid" | "already_exists" | "custom";

/** A 422 that names the field at fault. */
export function invalid(resource: string, field: string, code: FieldCode, message?: string): Problem {
  const error = message === undefined ? { resource, field, code } : { resource, field, code, message };
  return new Problem(422, "Validation Failed", { errors: [error] });
}

/** Thrown where the real GitHub has behaviour that the rehearsal has not; answered 501 and recorded. */
export class Unmodelled extends Error {}
