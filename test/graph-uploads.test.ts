/** Archives that are sent: what becomes of them, whatever is in them. */
import { expect, test } from "vitest";
import { type Caller, caller, documentOf, done, gzipped, tarOf, upload } from "./graphs.ts";
import { rows, useApp } from "./machine.ts";

const stage = useApp();
const SMALL = { "a.py": "from b import f\n\ndef g():\n    return f()\n", "b.py": "def f():\n    return 1\n" };

const under = (top: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${top}/${path}`, text]));
const ids = async (by: Caller, id: string) => (await documentOf(by, id)).nodes.map((node) => node.id);

test("a .tar, a .tar.gz with a folder at the top and a form give the same graph content", async () => {
  const by = await caller(stage.app, "ada");
  const plain = await upload(by, await tarOf(SMALL), "name=plain");
  expect([plain.status, plain.said]).toMatchObject([
    200,
    { status: "ready", stats: { files: 2, functions: 2 } },
  ]);
  const nested = await upload(
    by,
    gzipped(await tarOf(under("top-1.0", SMALL))),
    "name=nested",
    "application/gzip",
  );
  expect(nested.status).toBe(200);
  const form = new FormData();
  form.set("name", "form");
  form.set("sha", "1".repeat(40));
  form.set("archive", new File([gzipped(await tarOf(under("./x", SMALL)))], "x.tgz"));
  const sent = await by.send("/api/v1/analyze", { method: "POST", body: form });
  expect(sent.status).toBe(200);
  const [one, two, three] = await Promise.all(
    [plain, nested, sent].map(({ said }) => ids(by, said.graph_id)),
  );
  expect(one).toEqual(["a.py::file", "a.py::function::g", "b.py::file", "b.py::function::f"]);
  expect([two, three]).toEqual([one, one]);
  const graph = await documentOf(by, sent.said.graph_id);
  expect(graph).toMatchObject({ repository: { path: "form", name: "form" }, sha: "1".repeat(40) });
  const again = await upload(by, await tarOf(SMALL), "name=plain");
  expect(again.said.graph_id).toBe(plain.said.graph_id);
});

test("the only folder of an archive that says where its root is stays: it may be a package", async () => {
  const by = await caller(stage.app, "ada");
  const root = { name: "./", type: "directory", size: 0 } as const;
  const { said } = await upload(by, await tarOf({ "./": root, ...under("./pkg", SMALL) }), "name=package");
  expect(await ids(by, said.graph_id)).toContain("pkg/a.py::function::g");
});

test("a body without a length is taken as it comes", async () => {
  const by = await caller(stage.app, "ada");
  const bytes = await tarOf({ "long.py": `text = "${"a".repeat(100)}"\n`.repeat(12_000) });
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 10_000) controller.enqueue(bytes.subarray(at, at + 10_000));
      controller.close();
    },
  });
  const headers = { "content-type": "application/x-tar" };
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  const { status, said } = await by.send("/api/v1/analyze?name=stream", init);
  expect([status, said.stats.lines]).toEqual([200, 12_000]);
});

test("what is hostile in an archive is reported, and the rest is analyzed", async () => {
  const by = await caller(stage.app, "bob");
  const deep = `x = ${"(".repeat(9_000)}1${")".repeat(9_000)}\n`;
  const archive = await tarOf({
    "good.py": "def f():\n    return 1\n\n\nf()\n",
    "link.py": { name: "link.py", type: "symlink", size: 0, linkname: "../../../etc/passwd" },
    "hard.py": { name: "hard.py", type: "link", size: 0, linkname: "/etc/passwd" },
    "../escape.py": "def escaped(): pass\n",
    "a/../../other.py": "def other(): pass\n",
    "/rooted.py": "def rooted(): pass\n",
    "back\\slash.py": "def slashed(): pass\n",
    "huge.py": `${"# long\n".repeat(400_000)}def huge(): pass\n`,
    "dense.py": `x = [${"1, ".repeat(200_000)}]\n`,
    "binary.py": new Uint8Array([0, 1, 2, 3, 0, 255]),
    "utf16.py": new Uint8Array([0xff, 0xfe, 0x78, 0, 0x3d, 0, 0x31, 0]),
    "broken.py": "def (((:\n  class class\n\x01 return\n",
    "broken.ts": "export const = {{{ <<<< \n",
    "deep.py": deep,
    "empty.py": "",
    "sp ace.py": "def spaced(): pass\n",
    "colon::name.py": "def colons(): pass\n",
    "café.py": "def accent(): pass\n",
    "same.py": "def first(): pass\n",
    "CON.py": "def dos(): pass\n",
    "package.json": "{ not json",
    "tsconfig.json": '{ "extends": "../../../../etc/passwd", "compilerOptions": { "paths": 7 } }',
  });
  const { status, said, text } = await upload(by, archive, "name=hostile");
  expect([status, text]).toEqual([200, expect.any(String)]);
  const graph = await documentOf(by, said.graph_id);
  const files = new Map(graph.nodes.filter(({ type }) => type === "file").map((node) => [node.path, node]));
  expect([...files.keys()].filter((path) => /escape|other|rooted|slash|link|hard/.test(path))).toEqual([]);
  expect(files.get("huge.py")).toMatchObject({ "x-trouble": "too_big" });
  expect(files.get("dense.py")).toMatchObject({ "x-trouble": "too_big" });
  expect(files.get("binary.py")).toMatchObject({ "x-trouble": "binary" });
  expect(files.get("good.py")?.["x-trouble"]).toBeUndefined();
  for (const path of [
    "broken.py",
    "broken.ts",
    "deep.py",
    "empty.py",
    "utf16.py",
    "café.py",
    "colon::name.py",
    "sp ace.py",
  ])
    expect(files.has(path), path).toBe(true);
  const names = graph.nodes.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["f", "spaced", "colons", "accent", "dos"]));
  expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(graph.nodes.length);
  const known = new Set(graph.nodes.map(({ id }) => id));
  expect(graph.edges.filter(({ source, target }) => !known.has(source) || !known.has(target))).toEqual([]);
  const warnings = graph["x-warnings"]?.join("\n") ?? "";
  expect(warnings).toContain("symbolic links, which are not followed");
  expect(warnings).toContain("paths that lead out of the repository");
  expect(warnings).toContain("../escape.py");
  const node = await by.get(
    `/graph/${said.graph_id}/node/${encodeURIComponent("colon::name.py::function::colons")}`,
  );
  expect([node.status, node.said.node?.name]).toEqual([200, "colons"]);
});

test.each([
  ["no archive", async () => new TextEncoder().encode("hello, I am no archive at all. ".repeat(60))],
  ["nothing", async () => new Uint8Array(1024)],
  ["a zip", async () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0])],
  ["half a gzip", async () => gzipped(await tarOf(under("x", SMALL))).slice(0, 100)],
  ["half a tar", async () => (await tarOf({ "a.py": "x = 1\n".repeat(1000) })).slice(0, 2000)],
  ["no code", async () => tarOf({ "readme.txt": "hello" })],
])("%s is refused in words", async (_, bytes) => {
  const by = await caller(stage.app, "carl");
  const { status, said } = await upload(by, new Uint8Array(await bytes()), "name=odd");
  expect([status, said.code]).toEqual([409, "analysis_failed"]);
  expect(said.detail).toMatch(/^(Cannot read the archive: |Nothing to analyze in odd: )/);
});

test("a body that is empty, and a name that is none, are refused at once", async () => {
  const by = await caller(stage.app, "carl");
  const headers = { "content-type": "application/gzip" };
  expect((await by.send("/api/v1/analyze?name=x", { method: "POST", headers })).status).toBe(400);
  const named = await upload(by, await tarOf(SMALL), "name=../../x");
  expect([named.status, named.said.errors[0].field]).toEqual([400, "name"]);
  const form = await by.send("/api/v1/analyze", { method: "POST", body: new FormData() });
  expect([form.status, form.said.errors]).toEqual([400, [{ field: "archive", message: expect.any(String) }]]);
});

test("a graph that is removed leaves nothing behind", async () => {
  const { app } = stage;
  const by = await caller(app, "dora");
  const { said } = await upload(by, await tarOf({ ...SMALL, "c.py": "c = 3\n" }), "name=gone");
  await done(by, said.graph_id);
  const bucket = await app.worker.miniflare.getR2Bucket("ARTIFACTS", "tidegate");
  const objects = async () =>
    (await bucket.list({ prefix: `uploads/${encodeURIComponent("owner:dora")}` })).objects.map(
      ({ key }) => key,
    );
  expect((await objects()).map((key) => key.split("/").at(-1)).sort()).toEqual(["files", "list"]);
  expect((await by.send(`/api/v1/graph/${said.graph_id}`, { method: "DELETE" })).status).toBe(204);
  expect(await objects()).toEqual([]);
  expect((await by.get(`/graph/${said.graph_id}`)).status).toBe(404);
  expect((await by.send(`/api/v1/graph/${said.graph_id}`, { method: "DELETE" })).status).toBe(404);
  expect(await rows(app, "SELECT * FROM graphs WHERE tenant = 'owner:dora'")).toEqual([]);
});
