/** Errors that are answers: one class, one table from code to status. Causes stay inside. */
const STATUS = {
  bad_request: 400,
  missing_delivery_id: 400,
  invalid_signature: 401,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  superseded: 409,
  delivery_id_conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  github: 502,
  webhook_secret_not_configured: 503,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: { field: string; message: string }[] | undefined;

  constructor(code: ErrorCode, message: string, fields?: { field: string; message: string }[]) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.fields = fields;
  }

  get status() {
    return STATUS[this.code];
  }
}
