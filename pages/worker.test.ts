import { describe, expect, test } from "vitest";

type Fetcher = { fetch(request: Request): Promise<Response> };
type Pages = { default: { fetch(request: Request, env: Record<string, Fetcher>): Promise<Response> } };

// A path TypeScript does not follow: the file is plain JavaScript, as Pages takes it.
const path = "./public/_worker.js";
const pages: Pages = await import(path);

const echo = (name: string): Fetcher => ({
  fetch: async (request) => new Response(`${name} ${new URL(request.url).pathname}`),
});
const get = (url: string) =>
  pages.default.fetch(new Request(`https://gate.test${url}`), {
    ASSETS: echo("asset"),
    TIDEGATE: echo("worker"),
  });

describe("_worker.js", () => {
  test.each([
    ["/api/v1/projects", "worker /api/v1/projects"],
    ["/health", "worker /health"],
    ["/metrics", "worker /metrics"],
    ["/", "asset /"],
    ["/projects/shop/pulls/7?v=a.b", "asset /"],
    ["/healthy", "asset /"],
    ["/assets/index-abc.js", "asset /assets/index-abc.js"],
    ["/theme.js", "asset /theme.js"],
  ])("%s is answered by %s", async (url, answer) => {
    expect(await (await get(url)).text()).toBe(answer);
  });

  test("every screen comes with its security headers, and connects to its own host only", async () => {
    const { headers } = await get("/projects/shop");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("connect-src 'self' ws://gate.test wss://gate.test;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-cache");
  });

  test("a missing file is not answered by the app, and not kept", async () => {
    const html = {
      fetch: async () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
    };
    const request = new Request("https://gate.test/assets/gone-abc.js");
    const response = await pages.default.fetch(request, { ASSETS: html, TIDEGATE: echo("worker") });
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-cache"]);
  });

  test("only files whose name is their content's are kept for ever", async () => {
    expect((await get("/assets/index-abc.js")).headers.get("cache-control")).toContain("immutable");
    expect((await get("/theme.js")).headers.get("cache-control")).toBe("no-cache");
  });
});
