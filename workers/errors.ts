/** Errors that are answers: one class, one table from code to status. Causes stay inside. */
const STATUS = {
  bad_request: 400,
  ambiguous: 400,
  missing_delivery_id: 400,
  invalid_signature: 401,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  not_ready: 409,
  analysis_failed: 409,
  superseded: 409,
  delivery_id_conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  rate_limited: 429,
  github: 502,
  webhook_secret_not_configured: 503,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** What helps to ask again: ids that exist, how far something is, when to come back. */
export type Hints = {
  suggestions?: string[];
  progress?: { status: string; done: number; total: number };
  retry_after_s?: number;
};

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: { field: string; message: string }[] | undefined;
  readonly hints: Hints;

  constructor(
    code: ErrorCode,
    message: string,
    fields?: { field: string; message: string }[],
    hints: Hints = {},
  ) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.fields = fields;
    this.hints = hints;
  }

  get status() {
    return STATUS[this.code];
  }
}
