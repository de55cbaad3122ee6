/** Clone, fetch and push over HTTP, answered by git's own `http-backend`. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { GIT_ENV } from "./run.ts";

const MAX_OUTPUT_BYTES = 1024 * 1024 * 1024;

/** What a push may not do to a branch; the `update` hook reads it from its environment. */
export type Guard = { ref: string; refuse: "all" | "force" | "delete" | "force,delete"; why: string };

const UPDATE_HOOK = `#!/bin/sh
# Written by the rehearsal GitHub: refuses what branch protection refuses.
ref="$1" old="$2" new="$3" zero=0000000000000000000000000000000000000000
printf '%s\\n' "$REHEARSAL_GUARDS" | while IFS='|' read -r guarded refuse why; do
  [ "$guarded" = "$ref" ] || continue
  case ",$refuse," in *,all,*) echo "error: GH006: Protected branch update failed for $ref." >&2; echo "error: $why" >&2; exit 1;; esac
  if [ "$new" = "$zero" ]; then
    case ",$refuse," in *,delete,*) echo "error: GH006: Cannot delete a protected branch" >&2; exit 1;; esac
  elif [ "$old" != "$zero" ] && ! git merge-base --is-ancestor "$old" "$new"; then
    case ",$refuse," in *,force,*) echo "error: GH006: Cannot force-push to this branch" >&2; exit 1;; esac
  fi
done
`;

/** Writes the hook that all repositories share. */
export function installHooks(root: string): string {
  const dir = join(root, "hooks");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "update"), UPDATE_HOOK, { mode: 0o755 });
  return dir;
}

export type GitRequest = {
  dir: string;
  /** What follows the repository in the path: `info/refs`, `git-upload-pack`, `git-receive-pack`. */
  service: string;
  query: string;
  method: string;
  headers: Headers;
  body: Buffer;
  /** The pusher's login; null for those who may only fetch. */
  user: string | null;
  hooksDir: string;
  guards: readonly Guard[];
};

/** Runs `git http-backend` for one request. */
export async function serveGit(request: GitRequest): Promise<Response> {
  const output = await backend(environment(request), request.body);
  const end = output.indexOf("\r\n\r\n");
  if (end === -1)
    throw new Error(`Cannot serve git request "${request.service}": http-backend gave no headers`);
  const headers = new Headers();
  let status = 200;
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number.parseInt(value, 10);
    else headers.append(name, value);
  }
  return new Response(new Uint8Array(output.subarray(end + 4)), { status, headers });
}

function environment(request: GitRequest): Record<string, string> {
  const { headers, user } = request;
  const config = [
    ["safe.directory", "*"],
    ["gc.auto", "0"],
    ["receive.autogc", "false"],
    ["core.hooksPath", request.hooksDir],
    // Pull request refs belong to GitHub: a push sees none of them and may write none.
    ["receive.hideRefs", "refs/pull"],
    ["http.receivepack", user === null ? "false" : "true"],
  ] as const;
  const settings = config.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return {
    ...GIT_ENV,
    ...Object.fromEntries(settings),
    GIT_CONFIG_COUNT: String(config.length),
    GIT_PROJECT_ROOT: dirname(request.dir),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${basename(request.dir)}/${request.service}`,
    QUERY_STRING: request.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers.get("content-type") ?? "",
    CONTENT_LENGTH: String(request.body.length),
    HTTP_CONTENT_ENCODING: headers.get("content-encoding") ?? "",
    GIT_PROTOCOL: headers.get("git-protocol") ?? "",
    REMOTE_ADDR: "127.0.0.1",
    REHEARSAL_GUARDS: request.guards.map(({ ref, refuse, why }) => `${ref}|${refuse}|${why}`).join("\n"),
    ...(user !== null && { REMOTE_USER: user }),
  };
}

function backend(env: Record<string, string>, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settings = { env, encoding: "buffer", maxBuffer: MAX_OUTPUT_BYTES } as const;
    const child = execFile("git", ["http-backend"], settings, (error, stdout) => {
      if (error !== null && stdout.length === 0) reject(error);
      else resolve(stdout);
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(body);
  });
}
