/** Trees that GitHub does not list whole. */
import { afterEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { listTree } from "./contents.ts";

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
