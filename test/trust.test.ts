/** What a change may not do: choose its own gate, hide a test, or carry a secret out. */
import { describe, expect, test } from "vitest";
import {
  type App,
  asOwner,
  logOf,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  QUICK,
  rows,
  settled,
  useApp,
} from "./machine.ts";

const stage = useApp();
const FAILS = "echo '3 passed, 1 failed'\nexit 1\n";

describe("the configuration is the base's", () => {
  test("no .tidegate.yml on the base: failed, and told what to do", async () => {
    const { app } = stage;
    const one = await project(app, "bare", { ".tidegate.yml": null });
    const config = { ".tidegate.yml": "setup: none\ntest: echo '1 passed, 0 failed'\n" };
    const { number, head } = await open(app, one, "change", config);
    const { state, reason } = await settled(app, one, number);
    expect([state, reason?.code]).toEqual(["failed", "no_config"]);
    expect(ourChecks(app, one, head)[0]).toMatchObject({
      conclusion: "failure",
      output: { title: /main has no/ },
    });
  });

  test.each([
    ["misspelt", "setup: none\ntets: sh test.sh\n", /line 2, tets/],
    [
      "nested",
      "setup: none\ntest:\n  run: sh test.sh\n  timeout_minutes: soon\n",
      /line 4, test\.timeout_minutes/,
    ],
    ["not-yaml", "setup: [none\ntest: x\n", /line \d/],
  ])("a %s one: failed, and the message names line and field", async (name, config, message) => {
    const { app } = stage;
    const one = await project(app, name, { ".tidegate.yml": config });
    const { number } = await open(app, one, "change");
    const { state, reason } = await settled(app, one, number);
    expect([state, reason?.code]).toEqual(["failed", "invalid_config"]);
    expect(reason?.message).toMatch(message);
  });

  test("the head's own .tidegate.yml is not used", async () => {
    const { app } = stage;
    const one = await project(app, "weaker");
    const easy = { ".tidegate.yml": "setup: none\ntest: echo '99 passed, 0 failed'\n", "test.sh": FAILS };
    const { number } = await open(app, one, "change", easy);
    const { state, steps } = await settled(app, one, number);
    expect(state).toBe("failed");
    expect(
      steps.find(({ kind }) => kind === "test")?.evidence?.commands?.map(({ command }) => command),
    ).toEqual(["sh test.sh"]);
    expect(merges(app, one, number)).toEqual([]);
  });

  test("a .tidegate.yml that is a link is refused at once, with what to do", async () => {
    const { app } = stage;
    const one = await project(app, "linked", { ".tidegate.yml": null, "gate.yml": QUICK });
    const at = `/repos/${one.full_name}/git`;
    const parent = await app.github.head(one.full_name, "main");
    const link = { path: ".tidegate.yml", mode: "120000", type: "blob", content: "gate.yml" };
    const made = async (what: string, body: object) =>
      ((await (await asOwner(app, "POST", `${at}/${what}`, body)).json()) as { sha: string }).sha;
    const tree = await made("trees", { base_tree: parent, tree: [link] });
    const linked = await made("commits", { message: "Link the gate", tree, parents: [parent] });
    await app.github.setBranch(one.full_name, "main", linked);
    // GitHub itself answers with the file that the link leads to, as if it were this one.
    const contents = await fetch(`${app.github.apiUrl}/repos/${one.full_name}/contents/.tidegate.yml`);
    expect(await contents.json()).toMatchObject({ type: "file", content: expect.any(String) });
    const { number } = await open(app, one, "change");
    const { state, reason, steps } = await settled(app, one, number);
    expect([state, reason?.code]).toEqual(["failed", "invalid_config"]);
    expect(reason?.message).toBe(".tidegate.yml of main is a symbolic link: put a regular file in its place");
    expect(steps.filter(({ kind }) => kind === "snapshot")).toHaveLength(1);
  });
});

describe("nothing ran is not green", () => {
  test.each([
    ["silence", "exit 0\n", "no_test_evidence"],
    ["zero", "echo '0 passed, 0 failed'\n", "no_tests"],
    ["lies", "echo '4 passed, 2 failed'\n", "tests_failed"],
    ["absent", "no-such-command --all\n", "command_not_found"],
    ["killed", "kill -9 $$\n", "command_killed"],
  ])("%s is a failure", async (name, script, code) => {
    const { app } = stage;
    const one = await project(app, name);
    const { number, head } = await open(app, one, "change", { "test.sh": script });
    const { state, reason } = await settled(app, one, number);
    expect([state, reason?.code]).toEqual(["failed", code]);
    expect(ourChecks(app, one, head).map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    expect(merges(app, one, number)).toEqual([]);
  });

  test("a command that hangs is stopped, and the check says timed out", async () => {
    const { app } = stage;
    const config = "setup: none\ntest:\n  run: sh test.sh\n  timeout_minutes: 0.05\n";
    const one = await project(app, "hang", { ".tidegate.yml": config });
    const { number, head } = await open(app, one, "change", { "test.sh": "sleep 600\n" });
    expect(await settled(app, one, number)).toMatchObject({
      state: "timed_out",
      reason: { code: "command_timeout" },
    });
    expect(ourChecks(app, one, head)[0]?.conclusion).toBe("timed_out");
  });
});

test.each([
  ["export-ignore", { ".gitattributes": "t/fail.sh export-ignore\n" }],
  ["export-subst", { ".gitattributes": "t/ok.sh export-subst\n", "t/ok.sh": "echo $Format:%H$\n" }],
])("a test that the archive hides by %s runs all the same", async (name, attributes) => {
  const { app } = stage;
  const all = 'for t in t/*.sh; do sh "$t" || exit 1; done; echo "1 passed, 0 failed"\n';
  const one = await project(app, name, { "test.sh": all, "t/ok.sh": "exit 0\n" });
  const { number } = await open(app, one, "change", { ...attributes, "t/fail.sh": "exit 1\n" });
  const { state, reason } = await settled(app, one, number);
  expect([state, reason?.code]).toEqual(["failed", "command_failed"]);
  expect(merges(app, one, number)).toEqual([]);
});

test("a good change passes although its archive leaves files out", async () => {
  const { app } = stage;
  const checks = "test -f docs/a.md && test -x run.sh && ./run.sh && test ! -e .git\n";
  const one = await project(app, "leaves-out", {
    "test.sh": `${checks.trim()} && echo "1 passed, 0 failed"\n`,
  });
  const attributes = { ".gitattributes": "docs export-ignore\nrun.sh export-ignore\n" };
  const files = {
    ...attributes,
    "docs/a.md": "# A\n",
    "docs/\u00fc b.md": "x",
    "run.sh": "#!/bin/sh\nexit 0\n",
  };
  const { number } = await open(app, one, "change", files);
  const first = await settled(app, one, number);
  // Not executable yet: the real mode of the commit counts, and it is 100644.
  expect(first.state).toBe("failed");
  await app.github.pushCommit(
    one.full_name,
    "change",
    { "test.sh": 'test -f docs/a.md && echo "1 passed, 0 failed"\n' },
    "Do not run it",
  );
  const second = await settled(app, one, number, await app.github.head(one.full_name, "change"));
  expect([second.state, second.merge_state]).toEqual(["passed", "merged"]);
  expect(second.steps.find((step) => step.kind === "snapshot")?.evidence?.tree_sha).toBe(
    (await app.github.git(one.full_name, "rev-parse", `${second.head_sha}^{tree}`)).trim(),
  );
});

test("what one commit leaves in its home or workspace never reaches another", async () => {
  const { app } = stage;
  const clean = 'test ! -e "$HOME/left" && test ! -e left && echo "1 passed, 0 failed"\n';
  const config = "setup: sh setup.sh\ntest: sh test.sh\n";
  const one = await project(app, "leaves-behind", {
    ".tidegate.yml": config,
    "setup.sh": "true\n",
    "test.sh": clean,
  });
  const { number } = await open(app, one, "change", { "setup.sh": 'touch "$HOME/left" left\n' });
  expect((await settled(app, one, number)).state).toBe("failed");
  const head = await app.github.pushCommit(
    one.full_name,
    "change",
    { "setup.sh": "true # clean\n" },
    "Clean up",
  );
  expect((await settled(app, one, number, head)).state).toBe("passed");
});

describe("a project's secret", () => {
  const SECRET = "tide&gate/7f3b9c1e5a2d?";
  const ENCODED = [
    SECRET,
    Buffer.from(SECRET).toString("base64").replace(/=+$/, "").slice(0, -1),
    Buffer.from(`x${SECRET}`).toString("base64").slice(3, 30),
    encodeURIComponent(SECRET),
    Buffer.from(SECRET).toString("hex"),
    [...SECRET].reverse().join(""),
  ];
  const show = (text: string): string[] => ENCODED.filter((form) => text.includes(form));

  /** Everything that the application keeps, as one text. */
  async function kept(app: App): Promise<string> {
    const tables = await rows<{ name: string }>(
      app,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
    );
    const texts = await Promise.all(
      tables.map(async ({ name }) => JSON.stringify(await rows(app, `SELECT * FROM "${name}"`))),
    );
    const bucket = await app.worker.miniflare.getR2Bucket("ARTIFACTS", "tidegate");
    const { objects } = await bucket.list();
    for (const { key } of objects.filter(({ key }) => !/\.(png|gz)$/.test(key))) {
      texts.push(`${key}\n${await (await bucket.get(key))?.text()}`);
    }
    return texts.join("\n");
  }

  async function withSecret(app: App, name: string, files: Record<string, string> = {}): Promise<Project> {
    const one = await project(app, name, files);
    await app.api.saveSecret(one.id, "TOKEN", SECRET);
    return one;
  }

  test("is not readable again", async () => {
    const { app } = stage;
    const one = await withSecret(app, "vault");
    expect(await app.api.secrets(one.id)).toEqual([{ name: "TOKEN", use: "validation" }]);
    expect(show(JSON.stringify([await app.api.project(one.id), await app.api.projects()]))).toEqual([]);
    expect(show(await kept(app))).toEqual([]);
    await app.api.removeSecret(one.id, "TOKEN");
    expect(await app.api.secrets(one.id)).toEqual([]);
  });

  test("printed by the tests in every encoding, also in halves, it reaches neither log, storage nor GitHub", async () => {
    const { app } = stage;
    const one = await withSecret(app, "printer");
    const script = [
      'echo "plain <$TOKEN>"',
      'echo "base64 <$(printf %s "$TOKEN" | base64)>"',
      'echo "shifted <$(printf x%s "$TOKEN" | base64)>"',
      'echo "reversed <$(printf %s "$TOKEN" | rev)>"',
      `echo "hex <$(printf %s "$TOKEN" | od -An -tx1 | tr -d ' \\n')>"`,
      `echo "url <$(printf %s "$TOKEN" | sed 's/&/%26/g;s,/,%2F,g;s/?/%3F/g')>"`,
      'printf "halves <%s" "$(printf %s "$TOKEN" | cut -c1-9)"',
      "sleep 2",
      'printf "%s>\\n" "$(printf %s "$TOKEN" | cut -c10-)"',
      `echo "not ok 1 - $TOKEN"`,
      FAILS,
    ];
    const { number, head } = await open(app, one, "change", { "test.sh": script.join("\n") });
    const validation = await settled(app, one, number);
    const log = await logOf(
      app,
      validation.id,
      validation.steps.find(({ kind }) => kind === "test")?.id ?? "",
    );
    for (const name of ["plain", "reversed", "hex", "url", "halves"]) expect(log).toContain(`${name} <***>`);
    expect(log).toMatch(/base64 <\*\*\*\S*>/);
    expect(show(log + JSON.stringify(validation))).toEqual([]);
    expect(show(await kept(app))).toEqual([]);
    expect(show(JSON.stringify(ourChecks(app, one, head).map(({ output }) => output)))).toEqual([]);
  });

  test("in a JUnit report it does not become the name of a failing test", async () => {
    const { app } = stage;
    const config = "setup: none\ntest:\n  run: sh test.sh\n  report: report.xml\n";
    const one = await withSecret(app, "reporter", { ".tidegate.yml": config });
    const script = `echo "<testsuite><testcase name=\\"$TOKEN\\"><failure/></testcase></testsuite>" > report.xml\nexit 1\n`;
    const { number, head } = await open(app, one, "change", { "test.sh": script });
    const validation = await settled(app, one, number);
    expect([validation.state, show(JSON.stringify(validation))]).toEqual(["failed", []]);
    expect(show(JSON.stringify(ourChecks(app, one, head).map(({ output }) => output)))).toEqual([]);
  });

  test("shown by the app in the browser it reaches no evidence", async () => {
    const { app } = stage;
    const server = `require("node:http").createServer((request, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<title>x</title><script>console.log(" + JSON.stringify(process.env.TOKEN) + ");throw new Error(" + JSON.stringify(process.env.TOKEN) + ")</script>");
    }).listen(3000);\n`;
    const config = "setup: none\ntest: sh test.sh\nserve: node server.cjs\n";
    const one = await withSecret(app, "shop-window", { ".tidegate.yml": config, "server.cjs": server });
    const { number, head } = await open(app, one, "change");
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({ state: "failed", reason: { code: "flow_failed" } });
    expect(show(JSON.stringify(validation))).toEqual([]);
    expect(show(await kept(app))).toEqual([]);
    expect(show(JSON.stringify(ourChecks(app, one, head).map(({ output }) => output)))).toEqual([]);
  });
});
