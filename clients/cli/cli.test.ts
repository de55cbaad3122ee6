/** The command as a person starts it: the launcher, a project on disk, a home of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Graph } from "../../models/graph.ts";

// Each case starts a process or several.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LAUNCHER = join(import.meta.dirname, "tidegate.mjs");
const base = realpathSync(mkdtempSync(join(tmpdir(), "tidegate-cli-")));
const project = join(base, "my project");
const home = join(base, "home");
const environment = { ...process.env, TIDEGATE_HOME: home, NO_COLOR: "", FORCE_COLOR: "" };
afterAll(() => rmSync(base, { recursive: true, force: true }));

const FILES: Record<string, string> = {
  "shop/__init__.py": "",
  "shop/price.py": `"""Prices."""\nimport hashlib\n\n\ndef price(item):\n    """What it costs."""\n    return tax(item) * 2\n\n\ndef tax(item):\n    return len(item)\n\n\ndef mark(text):\n    return hashlib.md5(text).hexdigest()\n`,
  "shop/cart.py":
    "from shop.price import price\nfrom shop import order\n\n\nclass Cart:\n    def total(self):\n        return price('x')\n",
  "shop/order.py": "from shop.cart import Cart\n\n\ndef order():\n    return Cart().total()\n",
  "tests/test_cart.py": "from shop.cart import Cart\n\n\ndef test_total():\n    assert Cart().total() == 2\n",
  'it\'s "quoted".py': "def lonely():\n    pass\n",
  CODEOWNERS: "* @everyone\n/shop/ @shop-team\n",
};

const git = (...args: string[]) =>
  execFileSync("git", ["-C", project, "-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    encoding: "utf8",
  });

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}
function run(
  args: string[],
  options: { cwd?: string; input?: string; node?: string; env?: object } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(options.node ?? process.execPath, [LAUNCHER, ...args], {
    cwd: options.cwd ?? project,
    input: options.input ?? "",
    encoding: "utf8",
    env: { ...environment, ...options.env },
  });
  return { status, stdout, stderr };
}
const json = (...args: string[]) => {
  const ran = run([...args, "--json"]);
  expect([ran.stderr, ran.status]).toEqual(["", 0]);
  return JSON.parse(ran.stdout);
};

let analyzed: Ran;
beforeAll(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "all");
  analyzed = run(["analyze", "--json"]);
});

describe("analyze", () => {
  test("--json is the protocol document on stdout, and nothing else", () => {
    expect(analyzed.status).toBe(0);
    const graph = Graph.parse(JSON.parse(analyzed.stdout));
    expect(graph.sha).toBe(git("rev-parse", "HEAD").trim());
    expect(graph.repository).toEqual({ path: project, name: "my project" });
    const ids = new Set(graph.nodes.map(({ id }) => id));
    expect(ids).toContain("shop/cart.py::function::Cart.total");
    expect(ids).toContain(`it's "quoted".py::file`);
    expect(graph.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
    expect(graph.edges).toContainEqual(
      expect.objectContaining({
        source: "shop/cart.py::function::Cart.total",
        target: "shop/price.py::function::price",
        type: "CALLS",
        line: 7,
      }),
    );
  });

  test("--blame says who changed a definition last", () => {
    const { stdout } = run(["analyze", "--json", "--blame"]);
    const { nodes } = Graph.parse(JSON.parse(stdout));
    const commit = git("rev-parse", "HEAD").trim();
    const total = nodes.find(({ id }) => id === "shop/cart.py::function::Cart.total");
    expect(total?.blame).toMatchObject({ author: "t", commit });
  });

  test("text says what there is; what did not change is not read again", () => {
    const { stdout, stderr, status } = run(["analyze"]);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^0 files parsed, 6 known already; /)]);
    expect(stdout).toContain("my project");
    expect(stdout).not.toContain("\u001b");
    expect(run(["analyze", "--quiet"]).stderr).toBe("");
  });

  test("the same state is one graph; a change that is not committed is another, and is marked", () => {
    expect(json("list")).toHaveLength(1);
    writeFileSync(join(project, "shop/new.py"), "def fresh():\n    pass\n");
    const graph = Graph.parse(json("analyze"));
    expect(graph["x-dirty"]).toBe(true);
    expect(json("list")).toHaveLength(2);
    rmSync(join(project, "shop/new.py"));
    expect(json("remove", graph["x-id"] as string)).toEqual({ removed: [graph["x-id"]] });
  });

  test("states between commits are kept beside each other to be compared, the oldest are forgotten", () => {
    const loose = join(base, "loose");
    mkdirSync(loose);
    const states = [1, 2, 3, 4, 5].map((count) => {
      const text = Array.from({ length: count }, (_, at) => `def f${at}():\n    pass\n`).join("\n");
      writeFileSync(join(loose, "a.py"), text);
      return Graph.parse(json("analyze", loose))["x-id"] as string;
    });
    expect(new Set(states).size).toBe(5);
    expect(Graph.parse(json("analyze", loose))["x-id"]).toBe(states[4]);
    const added = json("diff", states[3] as string, states[4] as string);
    expect(JSON.stringify(added)).toContain("a.py::function::f4");
    const kept = (json("list") as { id: string; repository: { path: string } }[])
      .filter(({ repository }) => repository.path === loose)
      .map(({ id }) => id);
    expect(kept).toEqual(states.slice(1).reverse());
    expect(json("remove", ...kept)).toEqual({ removed: kept });
  });

  test("many files are read by threads, with the same result as without", () => {
    const many = join(base, "many");
    for (let at = 0; at < 200; at += 1) {
      mkdirSync(join(many, `p${at % 7}`), { recursive: true });
      const text = `from p${(at + 1) % 7} import f${at + 1}\n\n\ndef g${at}(x):\n    return f${at + 1}.g${at + 1}(x)\n`;
      writeFileSync(join(many, `p${at % 7}`, `f${at}.py`), text);
    }
    const parts = (threads: string, where: string) => {
      const ran = run(["analyze", many, "--json", "--threads", threads], {
        env: { TIDEGATE_HOME: join(base, where) },
      });
      expect(ran.status).toBe(0);
      const { nodes, edges, stats } = JSON.parse(ran.stdout);
      return { nodes, edges, stats };
    };
    const one = parts("1", "home-1");
    expect(one.stats.files).toBe(200);
    expect(one.stats.calls.resolved).toBeGreaterThan(150);
    expect(parts("2", "home-2")).toEqual(one);
    expect(parts("2", "home-2")).toEqual(one);
  });
});

describe("questions", () => {
  const CASES: [string[], RegExp][] = [
    [["stats"], /calls +\d+ resolved/],
    [["list"], /my project/],
    [["search", "price"], /shop\/price\.py/],
    [["node", "Cart"], /Cart\.total/],
    [["deps", "shop/cart.py"], /IMPORTS +shop\/cart\.py +-> +shop\/price\.py/],
    [["callers", "price"], /Cart\.total +shop\/cart\.py:6/],
    [["callees", "Cart.total"], /price +shop\/price\.py:5/],
    [["paths", "tests/test_cart.py", "tax"], /CALLS +shop\/price\.py::function::tax/],
    [["cycles"], /shop\/cart\.py[\s\S]*shop\/order\.py/],
    [["hot-spots"], /price/],
    [["unreferenced", "--include-exported"], /lonely/],
    [["findings"], /shop\/price\.py:15 +warning +security\/weak-hash/],
    [["context", "--task", "change the tax"], /def tax\(item\):/],
    [["impact", "shop/price.py::function::tax"], /unknown +shop\/price\.py::function::tax/],
    [["impact", "Cart.total"], /unknown +shop\/cart\.py::function::Cart\.total/],
    [["impact", "shop/price.py"], /tests\/test_cart\.py[\s\S]*@shop-team/],
  ];

  test.each(CASES)("%j in text", (args, says) => {
    const { status, stdout, stderr } = run(args);
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toMatch(says);
  });

  test.each(CASES)("%j as one JSON document", (args) => {
    expect(typeof json(...args)).toBe("object");
  });

  test("from a folder inside, and from elsewhere by name, folder, id and commit", () => {
    const [{ id }] = json("list");
    const sha = git("rev-parse", "HEAD").trim();
    const inside = run(["callers", "price", "--json"], { cwd: join(project, "shop") });
    expect(JSON.parse(inside.stdout).graph_id).toBe(id);
    expect(json("stats", "-g", "HEAD").id).toBe(id);
    expect(json("stats", "-g", "main").id).toBe(id);
    for (const name of ["my project", project, id, id.slice(0, 8), sha.slice(0, 8)]) {
      const { stdout } = run(["stats", "-g", name, "--json"], { cwd: base });
      expect(JSON.parse(stdout).id).toBe(id);
    }
  });

  test("impact of a diff on stdin, and since a commit", () => {
    const file = join(project, "shop/price.py");
    writeFileSync(file, (FILES["shop/price.py"] as string).replace("len(item)", "len(item) + 1"));
    const diff = git("diff");
    const { stdout, status } = run(["impact", "--diff", "-", "--json"], { input: diff });
    const since = json("impact", "--since", "HEAD");
    writeFileSync(file, FILES["shop/price.py"] as string);
    expect(status).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.changed_symbols.map(({ id }: { id: string }) => id)).toEqual([
      "shop/price.py::function::tax",
    ]);
    expect(since.changed_symbols).toEqual(answer.changed_symbols);
  });

  test("an answer of a graph that is older than its folder says so", () => {
    const says = (...args: string[]) =>
      [...run(args).stdout.matchAll(/has changed since .*\((.*)\)/g)][0]?.[1];
    const file = join(project, "shop/price.py");
    expect(says("callers", "price")).toBeUndefined();
    writeFileSync(file, `\n\n${FILES["shop/price.py"]}`);
    writeFileSync(join(project, "shop/new.py"), "");
    expect(says("callers", "price")).toBe("shop/new.py is new, shop/price.py changed");
    expect(run(["context", "shop/cart.py"]).stderr).toContain("has changed since");
    rmSync(join(project, "shop/new.py"));
    rmSync(file);
    expect(says("search", "price")).toBe("shop/price.py is gone");
    writeFileSync(file, FILES["shop/price.py"] as string);
    expect(says("search", "price")).toBeUndefined();
  });

  test("so does one of a folder without git", () => {
    const folder = join(base, "plain");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.py"), "def a():\n    pass\n");
    run(["analyze", "."], { cwd: folder });
    const says = () => run(["search", "a"], { cwd: folder }).stdout;
    expect(says()).not.toContain("has changed");
    writeFileSync(join(folder, "a.py"), "\ndef a():\n    pass\n");
    expect(says()).toContain("has changed since this graph was made (a.py changed)");
  });

  test("diff of two graphs", () => {
    const before = json("list")[0].id;
    writeFileSync(join(project, "shop/extra.py"), "def extra():\n    pass\n");
    const after = json("analyze")["x-id"];
    const answer = json("diff", before, after);
    rmSync(join(project, "shop/extra.py"));
    expect(answer.added_nodes.map(({ id }: { id: string }) => id)).toContain(
      "shop/extra.py::function::extra",
    );
    json("remove", after);
  });

  test.each(["json", "dot", "mermaid", "graphml", "scip", "sarif"])("export to %s", (format) => {
    const file = join(base, `out.${format}`);
    const ran = run(["export", "-f", format, "-o", file, "-q"]);
    expect([ran.stdout, ran.stderr, ran.status]).toEqual(["", "", 0]);
    expect(readFileSync(file, "utf8")).toContain("price");
  });
});

describe("how it ends", () => {
  test.each([
    [2, ["frobnicate"], /frobnicate/],
    [2, ["deps"], /See tidegate deps --help/],
    [2, ["deps", "x", "--nonsense"], /nonsense/],
    [2, ["deps", "Cart", "--depth", "99"], /depth/],
    [2, ["search", "x", "--offset", "1000000000"], /^Cannot use the question: offset: [^[{]*$/],
    [3, ["context", "nope.py"], /nothing called "nope.py"/],
    [2, ["callers", "price", "--depth", "abc"], /^--depth takes a number\./],
    [2, ["analyze", "--threads", "0"], /--threads takes a whole number/],
    [2, ["serve", "--port", "99999999"], /--port takes a number/],
    [2, ["impact"], /Say what changes/],
    [2, ["remove"], /--all/],
    [3, ["callers", "no_such_function"], /Cannot find "no_such_function"/],
    [3, ["stats", "-g", "g_ffffffffffff"], /tidegate list/],
    [3, ["analyze", "no/such/folder"], /no such folder/],
    [3, ["impact", "--since", "no-such-commit"], /no-such-commit/],
  ] as [number, string[], RegExp][])("exit %i: %j", (code, args, says) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test("exit 1 where the answer is no", () => {
    expect(run(["findings", "--fail-on", "warning"]).status).toBe(1);
    expect(run(["findings", "--fail-on", "error"]).status).toBe(0);
    expect(run(["paths", "tax", "Cart.total"]).status).toBe(1);
    expect(run(["impact", "shop/price.py", "--fail-on", "low"]).status).toBe(1);
  });

  test("there is no graph of this folder: what to do", () => {
    const { status, stderr } = run(["stats"], { cwd: base });
    expect([status, stderr]).toEqual([3, expect.stringContaining("tidegate analyze")]);
  });

  test("a folder without code", () => {
    mkdirSync(join(base, "empty"), { recursive: true });
    const options = { cwd: join(base, "empty"), env: { TIDEGATE_HOME: join(base, "home-empty") } };
    const { status, stdout, stderr } = run(["analyze", "--json"], options);
    expect([status, stderr]).toEqual([0, expect.stringContaining("Nothing to analyze")]);
    const graph = Graph.parse(JSON.parse(stdout));
    expect([graph.nodes, graph.edges, graph.stats.files]).toEqual([[], [], 0]);
    expect(run(["analyze"], options).stdout).toContain("Nothing to analyze");
    expect(run(["search", "x"], options).status).toBe(0);
  });

  test("a graph of chosen files says so in its answers", () => {
    const env = { TIDEGATE_HOME: join(base, "home-part") };
    run(["analyze", "--include", "shop/", "-q"], { env });
    expect(run(["callers", "price"], { env }).stdout).toContain(
      "only a part of the folder (--include shop/)",
    );
  });

  test.runIf(existsSync("/dev/full"))("an answer that cannot be written is a failure", () => {
    const command = `"${process.execPath}" "${LAUNCHER}" list > /dev/full`;
    const { status, stderr } = spawnSync("bash", ["-c", command], {
      cwd: project,
      encoding: "utf8",
      env: environment,
    });
    expect([status, stderr]).toEqual([4, expect.stringMatching(/^Cannot write the answer: .*\n$/)]);
  });

  test("a home that is a file: what to do", () => {
    const env = { TIDEGATE_HOME: join(project, "shop/price.py") };
    for (const args of [["list"], ["analyze"], ["search", "x"]]) {
      const { status, stdout, stderr } = run(args, { env });
      expect([status, stdout, stderr]).toEqual([
        2,
        "",
        expect.stringMatching(/^Cannot [^\n]* TIDEGATE_HOME [^\n]*$/m),
      ]);
    }
  });

  test("help has examples, version is ours, completion completes", () => {
    const help = run(["--help"]);
    expect([help.status, help.stdout]).toEqual([0, expect.stringContaining("Exit codes:")]);
    expect(run(["impact", "--help"]).stdout).toContain("--since main");
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(run(["--version"]).stdout.trim()).toBe(version);
    expect(run(["completion"]).stdout).toContain("tidegate");
    expect(run(["--get-yargs-completions", "tidegate", "hot"]).stdout).toContain("hot-spots");
  });

  test("colour only when asked for where there is no terminal", () => {
    expect(run(["stats", "--color"]).stdout).toContain("\u001b[1m");
    expect(run(["stats"], { env: { FORCE_COLOR: "1" } }).stdout).toContain("\u001b[1m");
    expect(run(["stats"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).stdout).not.toContain("\u001b");
  });

  test("a reader that closes early is no error", () => {
    const command = `"${process.execPath}" "${LAUNCHER}" export | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], {
      cwd: project,
      encoding: "utf8",
      env: environment,
    });
    expect([stdout.trim().split(" ").at(-1), stderr]).toEqual(["0", ""]);
  });

  test.runIf(existsSync("/usr/bin/node"))("an older Node hands over, with arguments and exit code", () => {
    const node = "/usr/bin/node";
    expect(JSON.parse(run(["stats", "--json"], { node }).stdout).repository.name).toBe("my project");
    expect(run(["callers", "no such"], { node }).status).toBe(3);
  });
});

describe("mcp on stdio", () => {
  test("an agent analyzes, asks, and leaves", async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [LAUNCHER, "mcp"],
      cwd: project,
      env: { ...(environment as Record<string, string>), TIDEGATE_HOME: join(base, "home-mcp") },
      stderr: "pipe",
    });
    const client = new Client({ name: "test", version: "1" });
    await client.connect(transport);
    const call = async (name: string, input: object) => client.callTool({ name, arguments: { ...input } });
    const before = await call("callers", { node: "price" });
    expect([before.isError, JSON.stringify(before.content)]).toEqual([
      true,
      expect.stringContaining("analyze"),
    ]);
    expect((await call("analyze", {})).structuredContent).toMatchObject({
      repository: { name: "my project" },
    });
    const { structuredContent } = await call("callers", { node: "price" });
    expect(structuredContent).toMatchObject({
      calls: [{ node: { id: "shop/cart.py::function::Cart.total" } }],
    });
    const { pid } = transport;
    await client.close();
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  const isAlive = (pid: number | null) => {
    try {
      process.kill(pid ?? 0, 0);
      return true;
    } catch {
      return false;
    }
  };
});
