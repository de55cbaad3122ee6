import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { headOf } from "./git.ts";
import { codeownersOf, historyOf } from "./history.ts";
import { list, sources } from "./listing.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "tidegate-files-")));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const write = (root: string, files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
const gitIn = (root: string, ...args: string[]) =>
  execFileSync(
    "git",
    ["-C", root, "-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main", ...args],
    {
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    },
  );
const blobOf = (text: string) =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest("hex");
const pathsOf = ({ files }: { files: { path: string }[] }) => files.map(({ path }) => path);

const STRANGE = [
  "with space.py",
  'quo"te.py',
  "it's.py",
  "new\nline.py",
  "tab\t.py",
  "back\\slash.py",
  "a::b.py",
  "ünï 汉🦊.py",
  "-dash.py",
];

describe("a git work tree", () => {
  const root = join(base, "repository");
  beforeAll(() => {
    mkdirSync(root, { recursive: true });
    gitIn(root, "init", "-q");
    write(root, Object.fromEntries(STRANGE.map((path) => [path, `x = ${path.length}\n`])));
    write(root, {
      ".gitignore": "*.log\n/build/\n",
      "pkg/.gitignore": "!keep.log\nlocal.py\n",
      "pkg/keep.log": "kept",
      "pkg/drop.log": "ignored",
      "pkg/local.py": "ignored",
      "build/out.py": "ignored",
      "src/a.py": "a = 1\n",
      "src/A.py": "A = 1\n",
      "src/gone.py": "gone\n",
      "src/edited.py": "before\n",
      "node_modules/x/index.js": "committed by mistake",
    });
    write(base, { "outside/secret.py": "secret\n" });
    symlinkSync(join(base, "outside"), join(root, "linked"));
    symlinkSync(join(base, "outside/secret.py"), join(root, "link.py"));
    write(root, { "sub/in-sub.py": "" });
    gitIn(join(root, "sub"), "init", "-q");
    gitIn(join(root, "sub"), "add", ".");
    gitIn(join(root, "sub"), "commit", "-qm", "sub");
    gitIn(root, "-c", "advice.addEmbeddedRepo=false", "add", "-A");
    gitIn(root, "add", "-f", "node_modules");
    gitIn(root, "commit", "-qm", "all");
    write(root, { "src/edited.py": "after\n", "src/new.py": "new\n", "other/x.py": "" });
    gitIn(join(root, "other"), "init", "-q");
    rmSync(join(root, "src/gone.py"));
  });

  test("names come as they are, what is ignored or linked does not", async () => {
    const listing = await list(root);
    expect(listing.by).toBe("git");
    expect(pathsOf(listing)).toEqual(
      [
        ...STRANGE,
        ".gitignore",
        "pkg/.gitignore",
        "pkg/keep.log",
        "src/A.py",
        "src/a.py",
        "src/edited.py",
        "src/new.py",
      ].sort(),
    );
    expect(listing.skipped).toEqual([
      { path: "link.py", reason: "symlink" },
      { path: "linked", reason: "symlink" },
      { path: "other", reason: "repository" },
      { path: "src/gone.py", reason: "missing" },
      { path: "sub", reason: "submodule" },
    ]);
    expect(listing.twins).toEqual([["src/A.py", "src/a.py"]]);
  });

  test("hashes are of the bytes on disk, and are absent where those changed", async () => {
    const { files } = await list(root);
    const blobs = Object.fromEntries(files.map(({ path, blob }) => [path, blob]));
    expect(blobs["src/a.py"]).toBe(blobOf("a = 1\n"));
    expect(blobs["new\nline.py"]).toBe(blobOf("x = 11\n"));
    expect([blobs["src/edited.py"], blobs["src/new.py"]]).toEqual([undefined, undefined]);
  });

  test("every listed file can be read", async () => {
    const listing = await list(root);
    for (const file of sources(listing)) {
      const bytes = Buffer.from(await file.bytes());
      if (file.blob !== undefined) expect(blobOf(bytes.toString("utf8"))).toBe(file.blob);
      expect(bytes.length).toBeGreaterThan(0);
    }
    expect(listing.skipped.filter(({ reason }) => reason === "unreadable")).toEqual([]);
  });

  test("a file that goes away, or becomes a link, counts as empty and is named", async () => {
    write(root, { "src/soon.py": "x\n", "src/soon-link.py": "x\n" });
    const listing = await list(root);
    rmSync(join(root, "src/soon.py"));
    rmSync(join(root, "src/soon-link.py"));
    symlinkSync(join(base, "outside/secret.py"), join(root, "src/soon-link.py"));
    for (const file of sources(listing).filter(({ path }) => path.includes("soon")))
      expect((await file.bytes()).length).toBe(0);
    expect(listing.skipped.filter(({ reason }) => reason === "unreadable").map(({ path }) => path)).toEqual([
      "src/soon-link.py",
    ]);
    expect(listing.skipped).toContainEqual({ path: "src/soon.py", reason: "gone" });
    rmSync(join(root, "src/soon-link.py"));
  });

  test("a folder inside is listed by itself", async () => {
    expect(pathsOf(await list(join(root, "src")))).toEqual(["A.py", "a.py", "edited.py", "new.py"]);
  });

  test("a folder inside that is ignored is walked, since somebody asked for it", async () => {
    const listing = await list(join(root, "build"));
    expect([listing.by, pathsOf(listing)]).toEqual(["walk", ["out.py"]]);
  });

  test("patterns include and exclude", async () => {
    expect(pathsOf(await list(root, { include: ["src/", "*.log"], exclude: ["A.py", "**/new.py"] }))).toEqual(
      ["pkg/keep.log", "src/a.py", "src/edited.py"],
    );
  });

  test("head, dirt and history", async () => {
    const sha = gitIn(root, "rev-parse", "HEAD").trim();
    expect(await headOf(root)).toEqual({ sha, dirty: true });
    const history = await historyOf(root);
    expect(history.map((commit) => commit.sha)).toEqual([sha]);
    expect(history[0]?.files).toEqual(expect.arrayContaining(["src/a.py", "new\nline.py", "ünï 汉🦊.py"]));
    expect((await historyOf(join(root, "pkg")))[0]?.files).toEqual([".gitignore", "keep.log"]);
  });

  test("an edited file that was staged is not known by its old hash", async () => {
    gitIn(root, "add", "src/edited.py");
    const { files } = await list(root);
    expect(files.find(({ path }) => path === "src/edited.py")?.blob).toBe(blobOf("after\n"));
  });
});

describe("names that are not UTF-8", () => {
  test("are read all the same", async () => {
    const root = join(base, "latin");
    mkdirSync(root);
    gitIn(root, "init", "-q");
    writeFileSync(
      Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from(".py")]),
      "e = 1\n",
    );
    const listing = await list(root);
    const [file] = sources(listing);
    expect(file?.path).toBe("caf\ufffd.py");
    expect(Buffer.from((await file?.bytes()) ?? []).toString()).toBe("e = 1\n");
    const archive = await list(root, { archive: true });
    const walked = sources(archive).find(({ path }) => path === "caf\ufffd.py");
    expect(Buffer.from((await walked?.bytes()) ?? []).toString()).toBe("e = 1\n");
  });
});

describe("any other folder", () => {
  const root = join(base, "plain");
  beforeAll(() => {
    write(root, Object.fromEntries(STRANGE.map((path) => [path, "x\n"])));
    write(root, {
      ".gitignore": "*.gen.py\n/only-here/\n",
      "a.gen.py": "",
      "only-here/x.py": "",
      "deep/only-here/x.py": "",
      "deep/.gitignore": "!kept.gen.py\nskip/\n",
      "deep/kept.gen.py": "",
      "deep/other.gen.py": "",
      "deep/skip/x.py": "",
      "node_modules/x/index.js": "",
      "__pycache__/x.py": "",
    });
    symlinkSync("..", join(root, "deep", "up"));
    symlinkSync("missing", join(root, "dangling.py"));
  });

  test("is walked, with its .gitignore files, and no link is followed", async () => {
    const listing = await list(root);
    expect(listing.by).toBe("walk");
    expect(pathsOf(listing)).toEqual(
      [...STRANGE, ".gitignore", "deep/.gitignore", "deep/kept.gen.py", "deep/only-here/x.py"].sort(),
    );
    expect(listing.skipped.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
      { path: "__pycache__", reason: "made" },
      { path: "dangling.py", reason: "symlink" },
      { path: "deep/up", reason: "symlink" },
      { path: "node_modules", reason: "made" },
    ]);
    expect([await headOf(root), await historyOf(root)]).toEqual([undefined, []]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be read is named", async () => {
    mkdirSync(join(root, "closed"));
    chmodSync(join(root, "closed"), 0);
    expect((await list(root)).skipped).toContainEqual({ path: "closed", reason: "unreadable" });
    chmodSync(join(root, "closed"), 0o700);
  });

  test.skipIf(process.getuid?.() === 0)("and so is one that git may not read", async () => {
    const kept = join(base, "kept");
    mkdirSync(join(kept, "closed"), { recursive: true });
    gitIn(kept, "init", "-q");
    chmodSync(join(kept, "closed"), 0);
    expect((await list(kept)).skipped).toContainEqual({ path: "closed", reason: "unreadable" });
    chmodSync(join(kept, "closed"), 0o700);
  });

  test("what is not there, or is a file, is said", async () => {
    await expect(list(join(root, "nowhere"))).rejects.toThrow("there is no such folder");
    await expect(list(join(root, ".gitignore"))).rejects.toThrow("it is a file");
  });

  test("CODEOWNERS is found where GitHub looks for it", async () => {
    expect(await codeownersOf(root)).toBeUndefined();
    write(root, { "docs/CODEOWNERS": "* @docs\n" });
    expect(await codeownersOf(root)).toBe("* @docs\n");
    write(root, { ".github/CODEOWNERS": "* @all\n" });
    expect(await codeownersOf(root)).toBe("* @all\n");
  });
});
