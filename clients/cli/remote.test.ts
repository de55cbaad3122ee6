import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { memoryGraphs } from "../../graph/memory.ts";
import { analyze } from "./analyze.ts";
import { isRepositoryName } from "./remote.ts";

const SHA = "1234567890123456789012345678901234567890";
const base = realpathSync(mkdtempSync(join(tmpdir(), "tidegate-remote-")));
const asked: (string | undefined)[][] = [];
let archive: Buffer;
let server: Server;

beforeAll(async () => {
  const root = join(base, "owner-demo-123");
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, "a.py"), "from dist.b import g\n\n\ndef f():\n    return g()\n");
  writeFileSync(join(root, "dist/b.py"), "def g():\n    pass\n");
  writeFileSync(join(root, ".gitignore"), "dist/\n");
  symlinkSync("/etc/passwd", join(root, "link.py"));
  // As GitHub's, everything is in one folder; one entry tries to lie outside of it.
  const names = ["--transform", "s,outside.py,owner-demo-123/../../outside.py,"];
  writeFileSync(join(base, "outside.py"), "def outside(): pass\n");
  archive = gzipSync(
    execFileSync("tar", ["-C", base, "-P", ...names, "-cf", "-", "owner-demo-123", "outside.py"]),
  );
  server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    if (request.url === "/repos/owner/demo/commits/v1") response.end(SHA);
    else if (request.url === `/repos/owner/demo/tarball/${SHA}`) response.end(archive);
    else if (request.url === "/repos/owner/cut/commits/HEAD") response.end(SHA);
    else if (request.url === `/repos/owner/cut/tarball/${SHA}`) response.end(archive.subarray(0, 200));
    else response.writeHead(request.url?.includes("limited") ? 403 : 404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("GITHUB_API_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  vi.stubEnv("GITHUB_TOKEN", "a-token");
  vi.stubEnv("TMPDIR", base);
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(base, { recursive: true, force: true });
});

test("a commit of GitHub is read whole, and nothing of it stays on the disk", async () => {
  const store = memoryGraphs();
  const before = readdirSync(base);
  const { info } = await analyze("owner/demo@v1", { store });
  expect(info).toMatchObject({
    sha: SHA,
    repository: { name: "owner/demo", path: "https://github.com/owner/demo" },
  });
  const reader = await store.open(info.id);
  expect((await reader?.files())?.map(({ path }) => path)).toEqual(["a.py", "dist/b.py"]);
  expect(readdirSync(base)).toEqual(before);
  expect(asked[0]).toEqual(["/repos/owner/demo/commits/v1", "Bearer a-token"]);
  const again = await analyze("owner/demo@v1", { store });
  expect([again.info.id, again.built]).toEqual([info.id, { parsed: 0, reused: 2 }]);
});

test.each([
  ["owner/none", "not_found", "neither a folder here nor on GitHub"],
  ["owner/limited", "failed", "answered 403"],
  ["owner/cut", "failed", "Cannot read the archive of owner/cut"],
])("%s ends %s", async (name, exit, says) => {
  const before = readdirSync(base);
  await expect(analyze(name, { store: memoryGraphs() })).rejects.toMatchObject({
    exit,
    message: expect.stringContaining(says),
  });
  expect(readdirSync(base)).toEqual(before);
});

test("what is a name of a repository", () => {
  expect(["a/b", "a/b@main", "a-1/b.c@feature/x"].map(isRepositoryName)).toEqual([true, true, true]);
  expect(["a", "./b", "../b", "/a/b", "a/b/c", "a\\b"].map(isRepositoryName)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
