/** Tidegate's own commits, branches and pull requests (workers/providers/github/commit.ts) on this GitHub. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCommit, moveBranch, openPull } from "../../workers/providers/github/commit.ts";
import { GitHubRefusal } from "../../workers/providers/github/refusal.ts";
import type { ChangedFile } from "../../workers/providers/github/trees.ts";
import type { Vars } from "../../workers/vars.ts";
import { writeBlob } from "./git/write.ts";
import { type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
let start: string;
beforeEach(async () => {
  shop = await startShop();
  start = await shop.github.head("alice/shop", "main");
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const REPO = { full_name: "alice/shop", installation_id: null };
const AGENT = { name: "Claude Code", email: "agent@example.com", date: "2026-03-01T12:00:00Z" };
const git = (...args: string[]) => shop.github.git("alice/shop", ...args);
const bytes = (text: string) => new TextEncoder().encode(text);
const file = (path: string, text: string | null, mode: ChangedFile["mode"] = "100644"): ChangedFile => ({
  ...{ path, mode },
  content: text === null ? null : bytes(text),
});

function vars(): Vars {
  const GITHUB_TOKEN = shop.github.installationToken("alice/shop");
  return { GITHUB_API_URL: shop.github.apiUrl, GITHUB_TOKEN } as Vars;
}

async function commit(files: ChangedFile[], parent_sha = start): Promise<string> {
  const tree_sha = await git("rev-parse", `${parent_sha}^{tree}`);
  const message = "Add milk\n\nCo-authored-by: Ada <ada@example.com>";
  return makeCommit(vars(), REPO, { parent_sha, tree_sha, files, message, author: AGENT });
}

/** The refusal that a call ends with; fails when there is none. */
async function refused(call: Promise<unknown>): Promise<GitHubRefusal> {
  const error = await call.then(
    (value) => new Error(`Expected a refusal, got ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GitHubRefusal)) throw error;
  return error;
}

/** How often GitHub was asked so. */
const asked = (method: string, path: string) =>
  shop.github.requests.filter((seen) => seen.method === method && seen.path.endsWith(path)).length;

describe("a commit", () => {
  test("holds exactly the bytes, modes and links it was given, and leaves out what is deleted", async () => {
    const every = Uint8Array.from({ length: 100_000 }, (_, nth) => nth % 256);
    const sha = await commit([
      { path: "logo.bin", mode: "100644", content: every },
      file("bin/run.sh", "exit 0\n", "100755"),
      file("latest", "bin/run.sh", "120000"),
      file("src/Zoë 🦊.txt", "\u{feff}a\r\nb"),
      file("empty", ""),
      file("README.md", null),
    ]);
    const tree = await git(
      "-c",
      "core.quotePath=false",
      "ls-tree",
      "-r",
      "--format=%(objectmode) %(path)",
      sha,
    );
    expect(tree.split("\n")).toEqual([
      "100755 bin/run.sh",
      "100644 empty",
      "120000 latest",
      "100644 logo.bin",
      "100644 src/Zoë 🦊.txt",
      "100644 src/price.txt",
    ]);
    const hash = async (path: string) => git("rev-parse", `${sha}:${path}`);
    const { dir } = shop.github.repository("alice/shop");
    expect(await hash("logo.bin")).toBe(await writeBlob(dir, Buffer.from(every)));
    expect(await hash("src/Zoë 🦊.txt")).toBe(await writeBlob(dir, Buffer.from("\u{feff}a\r\nb")));
    expect(await git("show", `${sha}:latest`)).toBe("bin/run.sh");
  });

  test("has its parent, its author as committer too, and is on no branch", async () => {
    const sha = await commit([file("milk.txt", "milk\n")]);
    expect(await git("show", "--no-patch", "--format=%P|%an <%ae> %aI|%cn <%ce> %cI|%B", sha)).toBe(
      [
        start,
        "Claude Code <agent@example.com> 2026-03-01T12:00:00+00:00",
        "Claude Code <agent@example.com> 2026-03-01T12:00:00+00:00",
        "Add milk\n\nCo-authored-by: Ada <ada@example.com>\n",
      ].join("|"),
    );
    expect(await git("branch", "--contains", sha)).toBe("");
  });

  test("is the very same one when it is made again later", async () => {
    const files = [file("milk.txt", "milk\n"), file("src/price.txt", null)];
    const first = await commit(files);
    shop.clock.ms += 60 * 60_000;
    expect(await commit(files)).toBe(first);
  });

  test.each<[string, ChangedFile[], string[]]>([
    [
      "a file becomes a folder",
      [file("README.md", null), file("README.md/index.txt", "a")],
      ["README.md/index.txt", "src/price.txt"],
    ],
    ["a folder becomes a file", [file("src/price.txt", null), file("src", "a")], ["README.md", "src"]],
  ])("where %s", async (_, files, expected) => {
    const sha = await commit(files);
    expect((await git("ls-tree", "-r", "--name-only", sha)).split("\n")).toEqual(expected);
  });

  test("of many binary files writes few blobs at once", async () => {
    let running = 0;
    let most = 0;
    shop.github.faults.add({
      match: "POST /repos/alice/shop/git/blobs",
      before: async () => {
        most = Math.max(most, ++running);
      },
      after: async () => {
        running -= 1;
      },
    });
    const files = Array.from({ length: 25 }, (_, nth) => file(`many/${nth}.bin`, `${nth}\0`));
    const sha = await commit(files);
    expect((await git("ls-tree", "--name-only", `${sha}:many`)).split("\n")).toHaveLength(25);
    expect(most).toBe(4);
    expect(asked("POST", "/git/trees")).toBe(1);
  });

  test("of as many text files as a change may have asks GitHub a few times", async () => {
    const files = Array.from({ length: 1_990 }, (_, nth) => file(`many/${nth}.txt`, `${nth}\n`));
    const sha = await commit([...files, file("README.md", null)]);
    expect((await git("ls-tree", "--name-only", `${sha}:many`)).split("\n")).toHaveLength(1_990);
    expect(await git("ls-tree", "--name-only", sha)).toBe("many\nsrc");
    expect([asked("POST", "/git/blobs"), asked("POST", "/git/trees")]).toEqual([0, 20]);
  });

  test("of much text sends it in requests of bounded size", async () => {
    const files = Array.from({ length: 8 }, (_, nth) => file(`${nth}.txt`, `${nth}`.repeat(300_000)));
    const sha = await commit([...files, file("one.txt", "1".repeat(2_000_000))]);
    expect((await git("ls-tree", "--name-only", sha)).split("\n")).toHaveLength(11);
    expect(await git("cat-file", "-s", `${sha}:one.txt`)).toBe("2000000");
    expect([asked("POST", "/git/blobs"), asked("POST", "/git/trees")]).toEqual([1, 4]);
  });

  test.each<[string, Uint8Array, number]>([
    ["a byte order mark and line ends of both kinds", bytes("\u{feff}a\r\nb\rc\nd"), 0],
    ["two byte order marks, spaces and no line end", bytes("\u{feff}\u{feff} a \t"), 0],
    [
      "control characters, a character that is none, and separators",
      bytes("\u{1b}[0m\u{7f}\u{ffff}\u{2028}"),
      0,
    ],
    ["only line ends", bytes("\n\n\r\n"), 0],
    ["nothing", bytes(""), 1],
    ["a zero", bytes("a\0b"), 1],
    ["half a surrogate pair", Uint8Array.of(0x61, 0xed, 0xa0, 0x80), 1],
    ["the beginning of a character", Uint8Array.of(0x61, 0xc3), 1],
    ["a character in too many bytes", Uint8Array.of(0xc0, 0xaf), 1],
  ])("keeps every byte of a file that holds %s", async (_, content, blobs) => {
    const sha = await commit([{ path: "it", mode: "100644", content }]);
    const { dir } = shop.github.repository("alice/shop");
    expect(await git("rev-parse", `${sha}:it`)).toBe(await writeBlob(dir, Buffer.from(content)));
    expect(asked("POST", "/git/blobs")).toBe(blobs);
  });

  test("of empty files writes one blob for all of them", async () => {
    const sha = await commit(Array.from({ length: 120 }, (_, nth) => file(`empty/${nth}`, "")));
    expect((await git("ls-tree", "--name-only", `${sha}:empty`)).split("\n")).toHaveLength(120);
    expect(asked("POST", "/git/blobs")).toBe(1);
  });

  test("of no change is a mistake of ours", async () => {
    await expect(commit([])).rejects.toThrow("Cannot make a commit: no file is changed");
  });

  test("below .github/workflows needs a permission, which the refusal names beside GitHub's words", async () => {
    const files = [file("a.txt", "a"), file(".github/workflows/ci.yml", "on: push\n")];
    expect(await commit(files)).toMatch(/^[0-9a-f]{40}$/);
    const installation = shop.github.install("alice/shop");
    const { workflows: _, ...without } = installation.permissions;
    installation.permissions = without;
    const { status, message } = await refused(commit(files));
    expect(status).toBe(403);
    expect(message).toBe(
      'Cannot change ".github/workflows/ci.yml", which takes the permission to write workflows: GitHub answered 403: Resource not accessible by integration',
    );
    expect(await commit([file(".github/dependabot.yml", "version: 2\n")])).toMatch(/^[0-9a-f]{40}$/);
  });

  test("that deletes what is not there is refused", async () => {
    expect((await refused(commit([file("none.txt", null)]))).message).toBe(
      "Cannot make the commit's tree: GitHub answered 422: GitRPC::BadObjectState",
    );
  });

  test.each([
    ["a server error", () => shop.github.faults.failBefore("POST /repos/alice/shop/git/trees", 502)],
    [
      "a tree that took GitHub too long",
      () =>
        shop.github.faults.add({
          match: "POST /repos/alice/shop/git/trees",
          before: async () => Response.json({ message: "Sorry, your request timed out." }, { status: 422 }),
        }),
    ],
    ["the secondary limit", () => shop.github.faults.secondary({ times: 1 })],
    ["the primary limit", () => shop.github.faults.exhaust({ resetAt: shop.clock.ms + 1_000 })],
  ])("after %s is no refusal: it may be tried again", async (_, arrange) => {
    arrange();
    const error: unknown = await commit([file("a.txt", "a")]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(GitHubRefusal);
    shop.github.faults.clear();
    // A limit has to be over first.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 60_000 });
    expect(await commit([file("a.txt", "a")])).toMatch(/^[0-9a-f]{40}$/);
    vi.useRealTimers();
  });
});

describe("a branch", () => {
  const move = (to: string, from: string | null, branch = "tidegate/milk") =>
    moveBranch(vars(), REPO, { branch, to, from });

  test("is made, moved on, and found where it was moved to, however often it is asked for", async () => {
    const one = await commit([file("a.txt", "a")]);
    const two = await commit([file("a.txt", "b")], one);
    expect(await move(one, null)).toBe("moved");
    expect(await move(one, null)).toBe("there");
    expect(await move(two, one)).toBe("moved");
    expect(await move(two, one)).toBe("there");
    expect(await move(two, null)).toBe("there");
    expect(await shop.github.head("alice/shop", "tidegate/milk")).toBe(two);
  });

  test.each<[string, (one: string) => Promise<unknown>]>([
    [
      "has somebody else's commit",
      () => shop.github.pushCommit("alice/shop", "tidegate/milk", { "b.txt": "b" }, "Mine", { by: "bob" }),
    ],
    ["was set back", () => shop.github.setBranch("alice/shop", "tidegate/milk", start)],
    ["was deleted", () => shop.github.setBranch("alice/shop", "tidegate/milk", null)],
  ])("that %s stands elsewhere, and is left there", async (_, act) => {
    const one = await commit([file("a.txt", "a")]);
    await move(one, null);
    await act(one);
    const before = await git("for-each-ref", "refs/heads");
    expect(await move(await commit([file("a.txt", "b")], one), one)).toBe("elsewhere");
    expect(await git("for-each-ref", "refs/heads")).toBe(before);
  });

  test("that somebody else made first stands elsewhere", async () => {
    await shop.github.pushCommit("alice/shop", "tidegate/milk", { "b.txt": "b" }, "Mine", { by: "bob" });
    expect(await move(await commit([file("a.txt", "a")]), null)).toBe("elsewhere");
  });

  test.each<[string, string | null, string]>([
    ["is pushed to", "old", "PATCH /repos/alice/shop/git/refs/**"],
    ["is made by somebody else", null, "POST /repos/alice/shop/git/refs"],
  ])("that %s between the look and the move stands elsewhere", async (_, had, request) => {
    const one = await commit([file("a.txt", "a")]);
    if (had !== null) await move(one, null);
    const push = () => shop.github.pushCommit("alice/shop", "tidegate/milk", { "b.txt": "b" }, "Mine");
    shop.github.faults.onRequest(request, async () => void (await push()), 1);
    const to = had === null ? one : await commit([file("a.txt", "b")], one);
    expect(await move(to, had === null ? null : one)).toBe("elsewhere");
    expect(await shop.github.head("alice/shop", "tidegate/milk")).not.toBe(to);
  });

  test("that cannot be moved by rule is refused in GitHub's words", async () => {
    shop.github.protect("alice/shop", "main", {
      checks: { strict: false, checks: [{ context: "tidegate", appId: null }] },
    });
    const one = await commit([file("a.txt", "a")]);
    expect((await refused(move(one, start, "main"))).message).toBe(
      `Cannot move the branch "main" to ${one.slice(0, 12)}: GitHub answered 422: Changes must be made through a pull request.`,
    );
    expect((await refused(move("0".repeat(40), null, "other"))).message).toContain("Object does not exist");
  });
});

describe("a pull request", () => {
  const open = (head = "tidegate/milk") =>
    openPull(vars(), REPO, { head, base: "main", title: "Add milk", body: "As asked" });

  test("is opened once, and found again whatever became of it", async () => {
    const sha = await commit([file("a.txt", "a")]);
    await moveBranch(vars(), REPO, { branch: "tidegate/milk", to: sha, from: null });
    const number = await open();
    expect(shop.github.pull("alice/shop", number)).toMatchObject({
      title: "Add milk",
      body: "As asked",
      headSha: sha,
      baseRef: "main",
    });
    expect(await open()).toBe(number);
    await shop.github.closePull("alice/shop", number);
    expect(await open()).toBe(number);
    expect(asked("POST", "/pulls")).toBe(1);
  });

  test("that came into being meanwhile is taken", async () => {
    await shop.github.pushCommit("alice/shop", "tidegate/milk", { "a.txt": "a" }, "Add a");
    shop.github.faults.onRequest(
      "POST /repos/alice/shop/pulls",
      async () => void (await shop.github.openPull("alice/shop", { head: "tidegate/milk" })),
      1,
    );
    expect(await open()).toBe(1);
    expect(shop.github.repository("alice/shop").issues.size).toBe(1);
  });

  test("of the newest of several is found", async () => {
    await shop.github.pushCommit("alice/shop", "tidegate/milk", { "a.txt": "a" }, "Add a");
    for (const _ of [1, 2]) {
      const { number } = await shop.github.openPull("alice/shop", { head: "tidegate/milk" });
      await shop.github.closePull("alice/shop", number);
      shop.clock.ms += 1_000;
    }
    expect(await open()).toBe(2);
  });

  test("without a commit, or from nowhere, is refused in words", async () => {
    await shop.github.setBranch("alice/shop", "same", start);
    expect((await refused(open("same"))).message).toBe(
      'Cannot open a pull request from "same" into "main": GitHub answered 422: Validation Failed: No commits between main and same',
    );
    expect((await refused(open("nowhere"))).status).toBe(422);
  });
});
