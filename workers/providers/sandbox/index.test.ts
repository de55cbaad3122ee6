import { expect, onTestFinished, test, vi } from "vitest";
import { hostHealth, sandboxOf } from "./index.ts";

const VARS = {
  ENVIRONMENT: "development",
  PUBLIC_URL: "http://localhost",
  PREVIEW_ORIGIN: "http://localhost",
  GITHUB_API_URL: "http://localhost",
  GITHUB_TOKEN: "t",
  SESSION_SECRET: "s".repeat(32),
  SECRETS_KEY: "A".repeat(43).concat("="),
  RUNNER_TOKEN: "the-token-of-the-host",
};
const host = { ...VARS, RUNNER_URL: "http://host.test" } as unknown as Env;

test("inputs are laid as they are, for the sandbox and with the token", async () => {
  const asked = answering(() => new Response(null, { status: 204 }));
  const files = [{ path: "prompt.md", mode: "100644" as const, base64: "SGk=" }];
  await sandboxOf(host, "a/b").putInputs(files);
  expect(asked).toEqual([
    { method: "PUT", url: "http://host.test/sandboxes/a%2Fb/inputs", token: "Bearer the-token-of-the-host" },
  ]);
  answering(() =>
    Response.json({ code: "conflict", message: "Cannot begin laying inputs" }, { status: 409 }),
  );
  await expect(sandboxOf(host, "a").putInputs(files)).rejects.toMatchObject({ code: "conflict" });
});

test("a file is read as text or as its bytes, and one that is not there is null", async () => {
  const bytes = Uint8Array.from([0, 255, 0xc3, 0xbc]);
  const asked = answering(() => new Response(bytes));
  expect(await sandboxOf(host, "a").readBytes("d/p ü.png")).toEqual(bytes);
  expect(asked[0]?.url).toBe("http://host.test/sandboxes/a/files?path=d%2Fp%20%C3%BC.png");
  expect((await sandboxOf(host, "a").readFile("x"))?.at(-1)).toBe("ü");
  answering(() => Response.json({ code: "not_found", message: "no such file" }, { status: 404 }));
  expect(await sandboxOf(host, "a").readBytes("x")).toBeNull();
  expect(await sandboxOf(host, "a").readFile("x")).toBeNull();
  answering(() => Response.json({ code: "gone", message: "it was destroyed" }, { status: 410 }));
  await expect(sandboxOf(host, "a").readBytes("x")).rejects.toMatchObject({ code: "gone" });
});

test("a host says which agents it has, an older one does not, and a container is not asked", async () => {
  const health = { status: "ok", isolation: "none", egress: "unconfined", version: "1", sandboxes: 0 };
  const asked = answering(() => Response.json({ ...health, agents: ["claude"] }));
  expect(await hostHealth(host)).toMatchObject({ agents: ["claude"] });
  expect(asked[0]).toMatchObject({ url: "http://host.test/health", token: "Bearer the-token-of-the-host" });
  answering(() => Response.json(health));
  expect(await hostHealth(host)).toEqual(health);
  const silent = answering(() => Response.json(health));
  expect(await hostHealth({ ...VARS } as unknown as Env)).toBeNull();
  expect(silent).toEqual([]);
});

test("a request that is refused as malformed says so; an archive may have been cut off on its way", async () => {
  const refusal = { code: "bad_request", message: "Cannot take it" };
  answering(() => Response.json(refusal, { status: 400 }));
  const sandbox = sandboxOf(host, "a");
  await expect(sandbox.startExec("x", { command: "true", timeout_ms: 1 })).rejects.toMatchObject(refusal);
  await expect(sandbox.putArchive(new Blob(["x"]).stream())).rejects.toMatchObject({
    ...refusal,
    code: "internal",
  });
});

type Seen = { method: string; url: string; token: string | null };

/** Answers every request so, and keeps what was asked. */
function answering(answer: () => Response): Seen[] {
  const seen: Seen[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const token = new Headers(init.headers).get("x-runner-authorization");
    seen.push({ method: init.method ?? "GET", url, token });
    return answer();
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return seen;
}
