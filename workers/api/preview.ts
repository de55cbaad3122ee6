/** The app under validation, on an origin of its own: one request of a browser becomes one request to the sandbox. */
import { sandboxOf } from "../providers/sandbox/index.ts";
import { labelIn } from "../steps/preview.ts";
import { findPreview } from "../store/previews.ts";
import { varsOf } from "../vars.ts";

/** @returns null when the request is not for a preview */
export async function preview(request: Request, env: Env): Promise<Response | null> {
  const label = labelIn(varsOf(env), new URL(request.url).host);
  if (label === null) return null;
  const found = await findPreview(env.DB, label);
  if (found === null) return new Response("This preview is over\n", { status: 404 });
  return sandboxOf(env, found.sandbox_id).proxy(found.service, request);
}
