/** What git says of a working copy, read from what git really prints. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Sandbox } from "../../providers/sandbox/index.ts";
import { WorktreeError } from "./git.ts";
import {
  beginWorktree,
  blobOf,
  blobsOf,
  ChangeRefused,
  changedFiles,
  diffOf,
  leftOut,
  markSetUp,
  settle,
  statOf,
} from "./worktree.ts";

/** A folder of this machine in place of a sandbox: the same commands, run by the same shell. */
function folder(files: Record<string, string>): {
  dir: string;
  sandbox: Sandbox;
  sh(command: string): string;
} {
  const root = mkdtempSync(join(tmpdir(), "worktree-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const dir = mkdtempSync(join(root, "workspace-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const env = { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: "1" };
  const sh = (command: string) =>
    execFileSync("sh", ["-c", command], {
      cwd: dir,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
      // A git that waits for a pipe would wait for ever.
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
  const ran = new Map<string, { exit_code: number; output: string }>();
  const sandbox = {
    startExec: async (key: string, { command }: { command: string }) => {
      if (ran.has(key)) return;
      try {
        ran.set(key, { exit_code: 0, output: sh(command) });
      } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
        ran.set(key, { exit_code: status, output: `${stdout}${stderr}` });
      }
    },
    readExec: async (key: string) => {
      const { exit_code, output } = ran.get(key) ?? { exit_code: 1, output: "" };
      return { end: "exited", exit_code, output, next: output.length, total: output.length };
    },
  } as unknown as Sandbox;
  return { dir, sandbox, sh };
}

test("a change is what the agent changed: not what set-up made, not what is ignored, not what tools leave behind", async () => {
  const { dir, sandbox, sh } = folder({
    "a.txt": "a\n",
    "b.txt": "b\n",
    ".gitignore": "*.log\nkept.log\n",
    "kept.log": "source\n",
    "run.sh": "x\n",
  });
  await beginWorktree(sandbox);
  sh(
    "echo generated > start.json; mkdir -p node_modules/x vendor/y; echo m > node_modules/x/i.js; echo v > vendor/y/z; echo changed by set-up > b.txt; echo odd > 'we ird*[x].txt'",
  );
  const since = await markSetUp(sandbox);
  expect(await changedFiles(sandbox, since)).toEqual([]);
  sh(
    "echo more >> a.txt; echo new > 'na me.txt'; rm run.sh; echo log > x.log; mkdir -p __pycache__ deep; echo p > __pycache__/a.pyc; echo again > start.json; echo v2 > vendor/y/z; echo d > deep/e.sh; chmod +x deep/e.sh; echo source2 > kept.log; git init -q inner; echo n > inner/n; echo other > 'we ird*[x].txt'",
  );
  await settle(sandbox, since);
  symlinkSync("a.txt", join(dir, "link"));
  expect(
    (await changedFiles(rekeyed(sandbox), since)).map(({ path, mode, sha }) =>
      `${mode} ${path} ${sha === null ? "gone" : ""}`.trim(),
    ),
  ).toEqual([
    "100644 a.txt",
    "100755 deep/e.sh",
    "100644 inner/n",
    "100644 kept.log",
    "120000 link",
    "100644 na me.txt",
    "100644 run.sh gone",
  ]);
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 7, added: 6, removed: 2 });
  const diff = await diffOf(sandbox, "diff", since);
  expect(diff).toContain("+more");
  expect(diff).not.toContain("generated");
  const link = (await changedFiles(rekeyed(sandbox), since)).find(({ path }) => path === "link");
  expect(new TextDecoder().decode(await blobOf(sandbox, link?.sha ?? ""))).toBe("a.txt");
});

/** Another go at a key that ran before. */
function rekeyed(sandbox: Sandbox): Sandbox {
  const nth = String(Math.floor(performance.now() * 1000));
  return {
    ...sandbox,
    startExec: (key: string, start: Parameters<Sandbox["startExec"]>[1]) =>
      sandbox.startExec(`${key}.${nth}`, start),
    readExec: (key: string, from: number, wait: number) => sandbox.readExec(`${key}.${nth}`, from, wait),
  } as Sandbox;
}

test("an agent that commits, moves branches and stages as it likes leaves the same change", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  await beginWorktree(sandbox);
  const since = await markSetUp(sandbox);
  sh(
    "git config user.email x@y; git config user.name x; git switch -q -c mine; echo b > b.txt; git add b.txt; git commit -q -m b; echo c > c.txt; git add c.txt; echo d >> a.txt; git reset -q --hard HEAD~1; echo e > e.txt",
  );
  expect((await changedFiles(sandbox, since)).map(({ path }) => path)).toEqual(["e.txt"]);
});

/** The commit of a fresh working copy, from which an agent begins. */
async function begun(sandbox: Sandbox): Promise<string> {
  await beginWorktree(sandbox);
  return markSetUp(sandbox);
}

async function changes(sandbox: Sandbox, since: string): Promise<string[]> {
  const files = await changedFiles(rekeyed(sandbox), since);
  return files.map(({ path, mode, sha }) => (sha === null ? `gone ${path}` : `${mode} ${path}`));
}

test.each([
  ["takes the repository away", "rm -rf .git"],
  [
    "begins one anew",
    "rm -rf .git; git init -q; git add -A; git -c user.name=x -c user.email=x@y commit -qm x",
  ],
  ["puts a file in its place", "rm -rf .git; echo x > .git"],
  [
    "begins everything anew",
    "rm -rf ./* .[!.]*; printf 'a\\nmore\\n' > a.txt; printf 'b\\n' > b.txt; printf 'x\\n' > .env",
  ],
])("an agent that %s leaves its change", async (_, does) => {
  const { sandbox, sh } = folder({ "a.txt": "a\n", "b.txt": "b\n", ".env": "x\n" });
  const since = await begun(sandbox);
  expect(sh("git status --porcelain")).toBe("");
  sh(`echo more >> a.txt; ${does}`);
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 a.txt"]);
});

test("where our repository is gone it is made anew from the agent's own, and knows what it knew", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n", "lock.txt": "1\n", "old.txt": "o\n" });
  await beginWorktree(sandbox);
  sh("echo 2 > lock.txt; mkdir vendor libs; echo v > vendor/v; echo odd > 'od*d'");
  const since = await markSetUp(sandbox);
  sh(
    `echo more >> a.txt; echo other > 'od*d'; mkdir src; echo s > src/s; git rm -q old.txt; git -c user.name=x -c user.email=x@y commit -qam x
     echo '* filter=x' > .git/info/attributes; echo src > .git/info/exclude; git gc -q --prune=now; git checkout -q --orphan other
     mkdir lib __pycache__; echo p > __pycache__/p; rm -rf "$HOME"/.[!.]*`,
  );
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 a.txt", "gone old.txt", "100644 src/s"]);
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 3, added: 2, removed: 1 });
  expect(await diffOf(sandbox, "diff", since)).toContain("+more");
  expect(await leftOut(sandbox)).toEqual(["__pycache__/"]);
});

test("where both repositories are gone it is said", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  sh('rm -rf .git "$HOME/.tidegate-git"');
  await settle(sandbox, since);
  await expect(changedFiles(sandbox, since)).rejects.toThrow(WorktreeError);
});

test("nothing that an agent plants runs, and no settings of its own bend the change", async () => {
  const { dir, sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  const planted = `touch ${dir}/../ran`;
  sh(
    `for at in .git "$HOME/.tidegate-git"; do mkdir -p $at/hooks; printf '#!/bin/sh\n${planted}\n' | tee $at/hooks/pre-commit > $at/hooks/post-index-change; chmod +x $at/hooks/*
     git config -f $at/config core.fsmonitor '${planted};'; git config -f $at/config filter.x.clean '${planted};'; git config -f $at/config core.abbrev secret; done
     cp .git/config "$HOME/.gitconfig"; echo '* filter=x text eol=crlf' > .gitattributes; echo more >> a.txt; touch "$HOME/.tidegate-git/index.lock"`,
  );
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 .gitattributes", "100644 a.txt"]);
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 2, added: 2, removed: 0 });
  expect(sh("ls ..")).not.toContain("ran");
});

test("names come as they are: with spaces, quotes, umlauts and marks of order", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  const names = [" lead", "it's", 'quo"te', "back\\slash", "grün.txt", "\ufeffmark", "trail "];
  for (const name of names) sh(`echo x > '${name.replaceAll("'", "'\\''")}'`);
  const found = (await changedFiles(sandbox, since)).map(({ path }) => path);
  expect(found.sort()).toEqual([...names].sort());
  expect(await diffOf(sandbox, "diff", since)).toContain("grün.txt");
});

test.each([
  ["new\\nline.txt", /file name "new\\nline.txt" holds control characters/],
  ["tab\\tx", /file name "tab\\tx" holds control characters/],
  ["caf\\351.txt", /file name "caf\ufffd.txt" is not UTF-8/],
])("the name %s is refused, not changed into another", async (name, why) => {
  const { sandbox, sh } = folder({ new: "kept\n" });
  const since = await begun(sandbox);
  sh(`echo x > "$(printf '${name}')"`);
  const taken = changedFiles(sandbox, since);
  await expect(taken).rejects.toThrow(ChangeRefused);
  await expect(taken).rejects.toThrow(why);
});

test("a file that its owner may not read is made readable, and where a link leads is left alone", async () => {
  const { dir, sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  sh(
    "mkdir -p shut; echo x > shut/x; ln -s ../outside link; echo o > ../outside; chmod 000 ../outside shut/x shut",
  );
  await settle(sandbox, since);
  const modeOf = (path: string) => (statSync(join(dir, path)).mode & 0o777).toString(8);
  expect([modeOf("shut"), modeOf("shut/x"), modeOf("../outside")]).toEqual(["700", "400", "0"]);
  expect(await changes(sandbox, since)).toEqual(["120000 link", "100644 shut/x"]);
});

test("files and folders that change places, names and modes", async () => {
  const { sandbox, sh } = folder({
    "was/a": "1\n",
    "was/b": "2\n",
    file: "3\n",
    "old.txt": "4\n",
    run: "5\n",
  });
  const since = await begun(sandbox);
  sh("rm -r was; echo x > was; rm file; mkdir file; echo y > file/in; mv old.txt new.txt; chmod +x run");
  expect((await changes(sandbox, since)).sort()).toEqual(
    [
      ...["gone was/a", "gone was/b", "100644 was", "gone file", "100644 file/in"],
      ...["gone old.txt", "100644 new.txt", "100755 run"],
    ].sort(),
  );
});

test("line ends stay as they lie, whatever .gitattributes says", async () => {
  const { sandbox, sh } = folder({
    ".gitattributes": "* text=auto eol=crlf\n",
    "a.txt": "a\n",
    "b.txt": "b\r\n",
  });
  const since = await begun(sandbox);
  // The agent's own git converts nothing either.
  sh("echo x >> a.txt; git stash -q 2>/dev/null || git checkout -q .; rm -f b.txt; git checkout -q b.txt");
  expect(await changes(sandbox, since)).toEqual([]);
  sh("printf 'a\\r\\n' > a.txt");
  const [file] = await changedFiles(sandbox, since);
  expect(new TextDecoder().decode(await blobOf(sandbox, file?.sha ?? ""))).toBe("a\r\n");
});

test("a tracked file that .gitignore names, removed and made again between two looks, is changed and not gone", async () => {
  const { sandbox, sh } = folder({ ".gitignore": "*.log\n", "kept.log": "1\n" });
  const since = await begun(sandbox);
  sh("rm kept.log");
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 1, added: 0, removed: 1 });
  sh("echo 2 > kept.log");
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 kept.log"]);
});

test("a repository inside that was seen as one becomes files", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  sh(
    "git init -q inner; echo n > inner/n; cd inner; git add n; git -c user.name=x -c user.email=x@y commit -qm x",
  );
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 0, added: 0, removed: 0 });
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 inner/n"]);
});

test("what is left out is named: leftovers and submodules, not what set-up made or the repository ignores", async () => {
  const { sandbox, sh } = folder({
    ".gitignore": "dist/\n",
    ".gitmodules": '[submodule "x"]\n\tpath = libs/x\n\turl = https://example.com/x\n',
  });
  await beginWorktree(sandbox);
  sh("mkdir -p node_modules/m libs/x; echo m > node_modules/m/i.js; echo s > 'set\"up'");
  const since = await markSetUp(sandbox);
  sh("echo 2 > node_modules/m/j.js; echo t > 'set\"up'; mkdir -p dist src/__pycache__; echo d > dist/d");
  sh("echo p > src/__pycache__/a.pyc; echo a > src/a.py; git init -q libs/x; echo l > libs/x/l");
  await settle(sandbox, since);
  expect(await changes(sandbox, since)).toEqual(["100644 src/a.py"]);
  expect(await leftOut(sandbox)).toEqual(["libs/", "src/__pycache__/"]);
});

const OURS = '"$HOME/.tidegate-git"';
const FIFO = 'mkfifo "$HOME/fifo"';

test.each<[string, string, string[], string[]]>([
  ["in the place of .gitignore", "rm .gitignore; mkfifo .gitignore", [".gitignore"], ["gone .gitignore"]],
  ["as .gitattributes of a folder", "mkdir in; mkfifo in/.gitattributes", ["in/.gitattributes"], []],
  ["as .gitmodules", "mkfifo .gitmodules", [".gitmodules"], []],
  ["behind a link named .gitmodules", `${FIFO}; ln -s "$HOME/fifo" .gitmodules`, [".gitmodules"], []],
  ["in the place of a file", "rm b.txt; mkfifo b.txt", ["b.txt"], ["gone b.txt"]],
  ["in a folder that is shut", "mkdir shut; mkfifo shut/x; chmod 500 shut", ["shut/x"], []],
  ["in a repository inside", "git init -q in; rm in/.git/HEAD; mkfifo in/.git/HEAD", ["in/.git/HEAD"], []],
  ["behind a link of one inside", `${FIFO}; git init -q in; ln -sf "$HOME/fifo" in/.git/HEAD`, [], []],
  ["in the agent's own repository", "rm .git/HEAD; mkfifo .git/HEAD", [".git/HEAD"], []],
  ["in our repository", `rm ${OURS}/info/exclude; mkfifo ${OURS}/info/exclude ${OURS}/MERGE_HEAD`, [], []],
  [
    "in the place of our list",
    `rm -f ${OURS}/index; mkfifo ${OURS}/index ${OURS}/info/grafts ${OURS}/shallow`,
    [],
    [],
  ],
  ["in the place of our head", `rm ${OURS}/HEAD; mkfifo ${OURS}/HEAD`, [], []],
  ["behind a link in our repository", `${FIFO}; ln -sf "$HOME/fifo" ${OURS}/HEAD`, [], []],
  ["among our packs", `mkfifo ${OURS}/objects/pack/pack-1.idx ${OURS}/objects/info/alternates`, [], []],
  ["in the place of our settings", `rm -f ${OURS}/config; mkfifo ${OURS}/config`, [], []],
  ["in the place of our repository", `rm -rf ${OURS}; mkfifo ${OURS}`, [], []],
])("a named pipe %s holds nobody up", async (_, does, odd, gone) => {
  const { sandbox, sh } = folder({ ".gitignore": "*.log\n", "a.txt": "a\n", "b.txt": "b\n" });
  const since = await begun(sandbox);
  sh(`echo more >> a.txt; ${does}`);
  await statOf(sandbox, "look", since);
  expect(await settle(sandbox, since)).toEqual(odd);
  expect((await changes(sandbox, since)).sort()).toEqual(["100644 a.txt", ...gone]);
  expect(await statOf(sandbox, "stat", since)).toMatchObject({ files: 1 + gone.length });
  expect(await diffOf(sandbox, "diff", since)).toContain("+more");
});

test("a socket that a tool left is no part of the change, and no harm to it", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  sh(
    `mkdir tmp; echo x > tmp/x; node -e 'require("net").createServer().listen("tmp/s", () => process.exit())'`,
  );
  sh("[ -S tmp/s ] || mkfifo tmp/s");
  expect(await statOf(sandbox, "look", since)).toEqual({ files: 1, added: 1, removed: 0 });
  expect(await settle(sandbox, since)).toEqual(["tmp/s"]);
  expect(await changes(sandbox, since)).toEqual(["100644 tmp/x"]);
});

test("a set-up that leaves a pipe where git would read is named", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  await beginWorktree(sandbox);
  sh("mkdir in; mkfifo in/.gitignore");
  await expect(markSetUp(sandbox)).rejects.toThrow(
    "git could not remember what set-up made: ./in/.gitignore is no file",
  );
});

test("many files are read at once, byte by byte, as far as they fit", async () => {
  const { dir, sandbox, sh } = folder({ "a.txt": "a\n" });
  const since = await begun(sandbox);
  writeFileSync(
    join(dir, "1"),
    Uint8Array.from({ length: 512 }, (_, nth) => nth % 256),
  );
  writeFileSync(join(dir, "2"), "");
  writeFileSync(join(dir, "3"), "\n\n");
  writeFileSync(join(dir, "4"), Buffer.alloc(5_999_600, "x"));
  sh("ln -s 'to\nwhere' 5");
  const shas = (await changedFiles(sandbox, since)).map(({ sha }) => sha ?? "");
  const first = await blobsOf(sandbox, 0, shas);
  expect(first.map(({ length }) => length)).toEqual([512, 0, 2]);
  expect(first[0]?.every((byte, at) => byte === at % 256)).toBe(true);
  const second = await blobsOf(sandbox, 3, shas.slice(3));
  expect(second.map(({ length }) => length)).toEqual([5_999_600, 8]);
  expect(await blobsOf(sandbox, 4, ["f".repeat(40)])).toEqual([]);
});
