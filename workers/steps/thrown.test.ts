/** What ends a step at once, and what the queue tries again. */
import { expect, test } from "vitest";
import { AuthRevoked, GitHubPaused } from "../providers/github/index.ts";
import { SandboxError } from "../providers/sandbox/index.ts";
import { endOver } from "./thrown.ts";

test.each<[unknown, string | null]>([
  [new AuthRevoked("installation 7", "401"), "errored auth_revoked"],
  [new SandboxError("bad_request", "no such path"), "failed sandbox_refused"],
  [new SandboxError("gone", "destroyed"), "errored sandbox_lost"],
  [new SandboxError("not_found", "never made"), "errored sandbox_lost"],
  [new SandboxError("internal", "503"), null],
  [new GitHubPaused("until noon", 1), null],
  [new Error("a socket hung up"), null],
])("endOver(%s)", (thrown, wanted) => {
  const end = endOver(thrown);
  expect(end && `${end.state} ${end.reason.code}`).toBe(wanted);
});
