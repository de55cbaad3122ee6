/** Trees that GitHub does not list whole, and files that are none. */
import { afterEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { listTree, readFileAt } from "./contents.ts";

const vars = { GITHUB_API_URL: "https://github.test", GITHUB_TOKEN: "t" } as Vars;
const file = (path: string) => ({ path, mode: "100644", type: "blob", sha: `blob-${path}`, size: 1 });
const folder = (path: string, sha: string) => ({ path, mode: "040000", type: "tree", sha });

afterEach(() => vi.unstubAllGlobals());

test("listTree() goes folder by folder where a list is cut short", async () => {
  const trees: Record<string, { tree: object[]; truncated: boolean }> = {
    "root?recursive=1": { tree: [file("a.py")], truncated: true },
    root: { tree: [file("a.py"), folder("src", "src"), folder("lib", "lib")], truncated: false },
    "src?recursive=1": { tree: [folder("deep", "deep"), file("deep/b.py")], truncated: false },
    "lib?recursive=1": { tree: [file("c.py")], truncated: true },
    lib: { tree: [file("c.py"), file("d.py")], truncated: false },
  };
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const name = url.slice(url.lastIndexOf("/trees/") + 7);
    asked.push(name);
    return Response.json({ sha: name, ...trees[name] });
  });
  const entries = await listTree(vars, { full_name: "a/b", installation_id: null }, "root");
  expect(entries.map(({ path }) => path)).toEqual(["a.py", "src/deep/b.py", "lib/c.py", "lib/d.py"]);
  expect(asked).toEqual(["root?recursive=1", "root", "src?recursive=1", "lib?recursive=1", "lib"]);
});

test.each([
  ["a file", { mode: "100644", type: "blob" }, { text: "größe\n" }],
  ["a program", { mode: "100755", type: "blob" }, { text: "größe\n" }],
  ["a link", { mode: "120000", type: "blob" }, { not_a_file: "a symbolic link" }],
  ["a folder", { mode: "040000", type: "tree" }, { not_a_file: "a folder" }],
  ["a submodule", { mode: "160000", type: "commit" }, { not_a_file: "a submodule" }],
])("readFileAt() takes %s as what it is", async (_, entry, found) => {
  const content = Buffer.from("größe\n").toString("base64");
  vi.stubGlobal("fetch", async (url: string) =>
    url.endsWith("/git/blobs/b1")
      ? Response.json({ encoding: "base64", content: `${content.slice(0, 4)}\n${content.slice(4)}\n` })
      : Response.json({ tree: [file("a"), { ...entry, path: "gate", sha: "b1" }], truncated: false }),
  );
  expect(await readFileAt(vars, { full_name: "a/b", installation_id: null }, "gate", "c1")).toEqual(found);
});

test("readFileAt() does not take a list that was cut short for one without the file", async () => {
  const repo = { full_name: "a/b", installation_id: null };
  let truncated = false;
  vi.stubGlobal("fetch", async () => Response.json({ tree: [file("a")], truncated }));
  expect(await readFileAt(vars, repo, "gate", "c1")).toBeNull();
  truncated = true;
  await expect(readFileAt(vars, repo, "gate", "c1")).rejects.toThrow(/cut the list/);
});

test("readFileAt() goes through folders, and through nothing that only leads to one", async () => {
  const trees: Record<string, object[]> = {
    c1: [folder("apps", "t-apps"), file("plain"), { ...file("link"), mode: "120000" }],
    "t-apps": [folder("shop", "t-shop"), { path: "sub", mode: "160000", type: "commit", sha: "s" }],
    "t-shop": [file("gate")],
  };
  vi.stubGlobal("fetch", async (url: string) =>
    url.includes("/git/blobs/")
      ? Response.json({ encoding: "base64", content: "aGk=" })
      : Response.json({ tree: trees[url.slice(url.lastIndexOf("/") + 1)], truncated: false }),
  );
  const at = (path: string) => readFileAt(vars, { full_name: "a/b", installation_id: null }, path, "c1");
  expect(await at("apps/shop/gate")).toEqual({ text: "hi" });
  expect(await at("apps/shop/other")).toBeNull();
  expect(await at("plain/gate")).toBeNull();
  expect(await at("link/gate")).toEqual({ not_a_file: "a symbolic link" });
  expect(await at("apps/sub/gate")).toEqual({ not_a_file: "a submodule" });
});
