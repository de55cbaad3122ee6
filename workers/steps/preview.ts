/** Where an app under validation is served: an origin of its own, by a name that cannot be guessed. */
import { hex } from "../digest.ts";
import type { Vars } from "../vars.ts";

const LABEL = /^[0-9a-f]{32}$/;

/** The label of a sandbox's preview. It is all that protects the preview, so it is made with our secret. */
export async function previewLabel(vars: Vars, sandboxId: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(vars.SESSION_SECRET), algorithm, false, [
    "sign",
  ]);
  const mac = await crypto.subtle.sign("HMAC", key, bytes.encode(`preview ${sandboxId}`));
  return hex(mac).slice(0, 32);
}

export function previewOrigin(vars: Vars, label: string): string {
  const { protocol, host } = new URL(vars.PREVIEW_ORIGIN);
  return `${protocol}//${label}.${host}`;
}

/** The label in a request's host; null when the request is not for a preview. */
export function labelIn(vars: Vars, host: string): string | null {
  const suffix = `.${new URL(vars.PREVIEW_ORIGIN).host}`;
  const label = host.endsWith(suffix) ? host.slice(0, -suffix.length) : "";
  return LABEL.test(label) ? label : null;
}
