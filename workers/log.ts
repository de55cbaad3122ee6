/** Longest text of a field, in characters: a line that is too long is dropped whole where logs are kept. */
const MOST = 2_000;

/** One wide line of JSON for each piece of work. Never put a payload, a token or a log line of a user in it. */
export function log(
  event: string,
  fields: Record<string, string | number | boolean | null | undefined>,
): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }, bounded));
}

function bounded(_: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= MOST) return value;
  return `${value.slice(0, MOST).toWellFormed()}… ${value.length - MOST} characters left out`;
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
