/** Working copies that would keep git, GitHub and everybody's steps busy: many files, and what is no file. */
import { expect, test } from "vitest";
import { project, useApp } from "./machine.ts";
import { AGENT, runWhere } from "./runs.ts";

const stage = useApp();
const GOAL = { target_text: "Do it", auto_confirm: true };
const settings = (write: string) => ({
  ...AGENT,
  agent_command: `[ "$TIDEGATE_PURPOSE" = plan ] && { echo "a plan"; exit 0; }\n${write}`,
});

test("as many files as a change may have become a commit in a few requests, each as it lies", async () => {
  const { app } = stage;
  const write =
    "mkdir many; seq 1 1990 | while read n; do echo $n > many/$n.txt; done; printf '\\357\\273\\277a\\r\\n\\000' > odd.bin; printf '\\357\\273\\277a\\r\\nb' > odd.txt";
  const one = await project(app, "many-files", {}, settings(write));
  const { id } = await app.api.startRun(one.id, GOAL);
  // More than GitHub lists are for a person to merge.
  const { heads } = await runWhere(app, id, ({ phase }) => phase === "needs_human", 150_000);
  const head = heads.at(-1);
  const git = (...args: string[]) => app.github.git(one.full_name, ...args);
  expect((await git("ls-tree", "--name-only", `${head}:many`)).split("\n")).toHaveLength(1_990);
  expect(await git("cat-file", "-s", `${head}:odd.bin`)).toBe("7");
  expect(await git("show", `${head}:odd.txt`)).toBe("\ufeffa\r\nb");
  const asked = (path: string) =>
    app.github.requests.filter(
      (seen) => seen.method === "POST" && seen.path === `/repos/${one.full_name}/git/${path}`,
    ).length;
  expect([asked("blobs"), asked("trees"), asked("commits")]).toEqual([1, 20, 1]);
});

test.each([
  ["in the place of a file that git reads", "rm .gitignore; mkfifo .gitignore", ".gitignore is no file"],
  ["in the place of another", "rm README.md; mkfifo README.md", "README.md is no file"],
])("a named pipe %s is named to a person", async (name, write, words) => {
  const { app } = stage;
  const files = { ".gitignore": "*.log\n" };
  const one = await project(
    app,
    `pipe-${name.replaceAll(" ", "-")}`,
    files,
    settings(`echo a > a.txt; ${write}; sleep 7`),
  );
  const { id } = await app.api.startRun(one.id, GOAL);
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(run.reason).toMatchObject({ code: "agent_failed", message: expect.stringContaining(words) });
});

test("pipes in the home and where nobody had a file change nothing", async () => {
  const { app } = stage;
  const write =
    'echo a > a.txt; mkdir tmp; mkfifo tmp/pipe tmp/.gitignore .gitmodules; rm "$HOME/.tidegate-git/HEAD"; mkfifo "$HOME/.tidegate-git/HEAD"; sleep 7';
  const one = await project(app, "pipe-in-the-home", {}, settings(write));
  const { id } = await app.api.startRun(one.id, GOAL);
  await runWhere(app, id, ({ phase }) => phase === "completed");
  const listed = await app.github.git(one.full_name, "ls-tree", "-r", "--name-only", "main");
  expect(listed.split("\n")).toEqual([".tidegate.yml", "README.md", "a.txt", "test.sh"]);
});
