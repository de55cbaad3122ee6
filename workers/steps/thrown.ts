/** What is thrown under a step and would be thrown again: how the step ends over it. */
import type { Reason } from "../../models/validation.ts";
import { AuthRevoked } from "../providers/github/index.ts";
import { SandboxError } from "../providers/sandbox/index.ts";

/**
 * A credential that GitHub takes no more is mended by a person. A sandbox that vanished is the machinery's failure. What
 * its host refuses as malformed came from the repository or the project.
 *
 * @returns null where the queue is to bring the order once more
 */
export function endOver(error: unknown): { state: "failed" | "errored"; reason: Reason } | null {
  if (error instanceof AuthRevoked) return ended("errored", "auth_revoked", error);
  if (!(error instanceof SandboxError)) return null;
  switch (error.code) {
    case "bad_request":
      return ended("failed", "sandbox_refused", error);
    case "gone":
    case "not_found":
      return ended("errored", "sandbox_lost", error);
    default:
      return null;
  }
}

function ended(state: "failed" | "errored", code: string, { message }: Error) {
  return { state, reason: { code, message } };
}
