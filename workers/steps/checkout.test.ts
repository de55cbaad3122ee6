/** What is laid is the commit, to the last file: an archive may leave out a test that would fail. */
import { beforeEach, expect, test, vi } from "vitest";
import { checkout, differing } from "./checkout.ts";
import type { LiveLog } from "./live-log.ts";
import type { Work } from "./visit.ts";

const github = vi.hoisted(() => ({ archiveOf: vi.fn(), listTree: vi.fn(), readBlob: vi.fn() }));
vi.mock("../providers/github/index.ts", () => github);

const sandbox = { putArchive: vi.fn(), putSources: vi.fn() };
const log = { say: vi.fn() };
const lay = () =>
  checkout({ vars: {}, repo: {}, sandbox } as unknown as Work, "c1", "tree", log as unknown as LiveLog);

type Entry = { path: string; mode: "100644" | "100755"; sha: string; type: "blob" };
const file = (path: string, sha = `sha of ${path}`, mode: Entry["mode"] = "100644"): Entry => ({
  ...{ path, mode, sha, type: "blob" },
});
const TREE = [file("a.js"), file("b.js"), file("test.js")];

/** The host writes what it is sent, and says what it wrote. */
const honest = async ({ files }: { files: { path: string; mode: string; base64: string }[] }) => ({
  entries: files.map(({ path, mode, base64 }) => ({ path, mode, sha: base64.replace("text of ", "") })),
});

beforeEach(() => {
  vi.resetAllMocks();
  github.archiveOf.mockImplementation(async (_vars, _repo, sha) => `archive of ${sha}`);
  github.listTree.mockResolvedValue(TREE);
  github.readBlob.mockImplementation(async (_vars, _repo, sha) => `text of ${sha}`);
  sandbox.putSources.mockImplementation(honest);
});

const laid = (...entries: Entry[]) =>
  sandbox.putArchive.mockResolvedValue({ tree_sha: "other", files: entries.length, entries });

test("an archive that is the whole tree is all that is needed", async () => {
  sandbox.putArchive.mockResolvedValue({ tree_sha: "tree", files: 3 });
  expect(await lay()).toEqual({ files: 3 });
  expect(sandbox.putArchive.mock.calls).toEqual([["archive of c1"]]);
  expect(github.listTree).not.toHaveBeenCalled();
});

test.each<[string, Entry[], string[]]>([
  ["leaves a file out", TREE.slice(0, 2), ["test.js"]],
  ["fills a file in", [...TREE.slice(0, 2), file("test.js", "filled")], ["test.js"]],
  ["takes a program for a file", [file("a.js", "sha of a.js", "100755"), ...TREE.slice(1)], ["a.js"]],
  ["holds nothing", [], ["a.js", "b.js", "test.js"]],
])("of an archive that %s the rest is fetched", async (_, there, fetched) => {
  laid(...there);
  expect(await lay()).toEqual({ files: 3 });
  expect(github.listTree.mock.lastCall?.[2]).toBe("tree");
  expect(sandbox.putArchive.mock.calls).toEqual([["archive of c1"], ["archive of c1", true]]);
  const sent = sandbox.putSources.mock.calls.flatMap(([{ files }]) => files);
  const base64 = (path: string) => ({ path, mode: "100644", base64: `text of sha of ${path}` });
  expect(sent).toEqual(fetched.map(base64));
});

test.each([
  ["writes something else", async () => ({ entries: [file("test.js", "wrong")] })],
  ["writes nothing", async () => ({ entries: [] })],
  ["does not say what it wrote", async () => ({})],
])("a host that %s has not laid the commit", async (_, writes) => {
  laid(...TREE.slice(0, 2));
  sandbox.putSources.mockImplementation(writes);
  expect(await lay()).toEqual({ difference: "test.js" });
});

test("a host that does not say what it unpacked has everything fetched", async () => {
  sandbox.putArchive.mockResolvedValue({ tree_sha: "other", files: 3 });
  expect(await lay()).toEqual({ files: 3 });
  expect(sandbox.putSources.mock.calls.flatMap(([{ files }]) => files)).toHaveLength(3);
});

test.each([
  [500, { files: 500 }],
  [501, { difference: "501 files, the most that are fetched are 500" }],
])("%s missing files", async (count, expected) => {
  github.listTree.mockResolvedValue(Array.from({ length: count }, (_, nth) => file(`${nth}`)));
  laid();
  expect(await lay()).toEqual(expected);
  const sent = sandbox.putSources.mock.calls.map(([{ files }]) => files.length);
  expect(sent).toEqual(count > 500 ? [] : Array.from({ length: 20 }, () => 25));
});

test("a submodule is left empty, and that is said", async () => {
  github.listTree.mockResolvedValue([
    ...TREE,
    { path: "lib", mode: "160000", type: "commit", sha: "other repository" },
  ]);
  laid(...TREE);
  expect(await lay()).toEqual({ files: 3 });
  expect(github.readBlob).not.toHaveBeenCalled();
  expect(log.say.mock.lastCall?.[0]).toContain("lib");
});

test("of two entries of one path the later counts", () => {
  const wanted = [file("a.js")];
  expect(differing(wanted, [file("a.js", "old"), file("a.js")])).toEqual([]);
  expect(differing(wanted, [file("a.js"), file("a.js", "new")])).toEqual(wanted);
});
