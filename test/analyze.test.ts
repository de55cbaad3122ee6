/** The code graph in the gate: what a change may break is shown, and a merge that needs to know it never goes without. */
import { describe, expect, test } from "vitest";
import {
  type App,
  ask,
  eventually,
  isSettled,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  QUICK,
  rows,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();

const CORE = "export function price(item) {\n  return item.price;\n}\n";
/** So many files use the core that a change of it is of high risk. */
const USERS = ["cart", "invoice", "offer", "order", "receipt", "stock", "tax"];
const SHOP: Record<string, string> = {
  "package.json": '{ "name": "shop", "type": "module" }\n',
  "core.js": CORE,
  "leaf.js": "export function hello() {\n  return 1;\n}\n",
  ...Object.fromEntries(
    USERS.map((name) => [
      `${name}.js`,
      `import { price } from "./core.js";\n\nexport function ${name}(item) {\n  return price(item) + 1;\n}\n`,
    ]),
  ),
  "test/cart.test.js":
    'import { test } from "node:test";\nimport { cart } from "../cart.js";\n\ntest("cart", () => {\n  cart({ price: 1 });\n});\n',
  CODEOWNERS: "/core.js @acme/core\n*.js @acme/shop\n",
};
const RISKY = { "core.js": "export function price(item, tax) {\n  return item.price * tax;\n}\n" };
const SAFE = { "leaf.js": "export function hello() {\n  return 2;\n}\n" };
const EVAL = {
  "leaf.js": "export function hello(input) {\n  const text = String(input);\n  return eval(text);\n}\n",
};

const shop = (app: App, name: string, analyze = "") =>
  project(app, name, { ...SHOP, ".tidegate.yml": `${QUICK}${analyze}` });

/** The newest validation once its analysis has ended too, and its check run says so. */
async function analysed(app: App, one: Project, number: number) {
  const { id } = await validationWhere(app, one, number, (it) => isSettled(it) && it.analyzing === null);
  return app.api.validation(id);
}

const checkOf = (app: App, one: Project, sha: string) => {
  const [run, ...more] = ourChecks(app, one, sha);
  if (run === undefined || more.length > 0) throw new Error("There is not exactly one check run");
  return run;
};

test("a change of a function that others use shows what it may break, and which tests to run", async () => {
  const { app } = stage;
  const one = await shop(app, "shown");
  const { number, head } = await open(app, one, "change", RISKY);
  const detail = await analysed(app, one, number);
  expect(detail).toMatchObject({ state: "passed", merge_state: "merged", hold: null });
  const { found, state } = detail.analysis ?? {};
  expect(state).toBe("passed");
  expect(found).toMatchObject({ sha: head, severities: { error: 0, warning: 0, note: 0 } });
  expect(found?.graph_id).toMatch(/^g_[0-9a-f]{12}$/);
  expect(found?.changed_symbols).toMatchObject([{ id: "core.js::function::price", change: "signature" }]);
  expect(found?.affected_files.filter((file) => file.distance === 1).map((file) => file.path)).toEqual(
    USERS.map((name) => `${name}.js`),
  );
  expect(found?.tests.map((file) => file.path)).toEqual(["test/cart.test.js"]);
  expect(found?.owners.map(({ owner }) => owner)).toContain("@acme/shop");
  expect(detail.risk).toEqual({ score: found?.risk?.score, level: found?.risk?.level });
  expect(["high", "critical"]).toContain(detail.risk?.level);
  const { summary } = checkOf(app, one, head).output;
  for (const words of ["### Impact", `Risk: ${detail.risk?.level}`, "test/cart.test.js", "@acme/shop", head])
    expect(summary).toContain(words);
  expect(checkOf(app, one, head).annotations).toEqual([]);
});

test("the same head is analysed once, in whatever attempt", async () => {
  const { app } = stage;
  const one = await shop(app, "once", "analyze: { fail_on: error }\n");
  const { number, head } = await open(app, one, "change", { ...EVAL });
  const first = await analysed(app, one, number);
  const graphs = () =>
    rows<{ id: string; created_at: string }>(app, "SELECT id, created_at FROM graphs WHERE sha = ?", head);
  const before = await graphs();
  await app.api.retry(first.id, "again");
  await validationWhere(
    app,
    one,
    number,
    ({ attempt, state, analyzing }) => attempt === 2 && state === "failed" && analyzing === null,
  );
  expect(before).toHaveLength(1);
  expect(await graphs()).toEqual(before);
  const steps = await rows<{ count: number }>(
    app,
    "SELECT count(*) AS count FROM steps WHERE validation_id = ? AND kind = 'analyze'",
    first.id,
  );
  expect(steps).toEqual([{ count: 1 }]);
});

describe("new findings", () => {
  test("are shown on their lines and fail nothing unless the base says so", async () => {
    const { app } = stage;
    const one = await shop(app, "noted");
    const { number, head } = await open(app, one, "change", EVAL);
    const detail = await analysed(app, one, number);
    expect(detail).toMatchObject({ state: "passed", merge_state: "merged" });
    expect(detail.analysis?.found?.findings).toMatchObject([
      { rule: "security/eval", path: "leaf.js", lines: [3, 3] },
    ]);
    await eventually("the annotation", () => checkOf(app, one, head).annotations[0] ?? null);
    expect(checkOf(app, one, head).annotations).toMatchObject([
      { path: "leaf.js", start_line: 3, end_line: 3, annotation_level: "failure", title: "security/eval" },
    ]);
  });

  test("of which there are many come in several requests, and a report that is repeated adds none", async () => {
    const { app } = stage;
    const one = await shop(app, "many");
    const lines = Array.from({ length: 120 }, (_, nth) => `export const f${nth} = (x) => eval(x);\n`);
    const { number, head } = await open(app, one, "change", { "leaf.js": lines.join("") });
    const detail = await analysed(app, one, number);
    expect(detail.analysis?.found?.severities.error).toBe(120);
    await eventually("all annotations", () =>
      checkOf(app, one, head).annotations.length >= 120 ? true : null,
    );
    const sent = app.github.requests.flatMap(({ method, path, body }) => {
      const list = (body as { output?: { annotations?: unknown[] } } | null)?.output?.annotations ?? [];
      return method === "PATCH" && path.startsWith(`/repos/${one.full_name}/check-runs/`) && list.length > 0
        ? [list.length]
        : [];
    });
    expect(sent).toEqual([50, 50, 20]);
    const found = checkOf(app, one, head).annotations.map((note) => note.start_line);
    expect(new Set(found).size).toBe(120);
  });

  test("fail the validation where fail_on says so; what the base had already does not", async () => {
    const { app } = stage;
    const one = await shop(app, "refused", "analyze: { fail_on: error }\n");
    const { number, head } = await open(app, one, "change", EVAL);
    const detail = await analysed(app, one, number);
    expect(detail).toMatchObject({ state: "failed", merge_state: "none", reason: { code: "new_findings" } });
    expect(detail.reason?.message).toContain("security/eval in leaf.js:3");
    expect(merges(app, one, number)).toEqual([]);
    const run = checkOf(app, one, head);
    expect([run.conclusion, run.annotations.length]).toEqual(["failure", 1]);

    await app.github.pushCommit(one.full_name, "main", EVAL, "It was there before");
    const moved = { "leaf.js": `// A remark above it.\n${EVAL["leaf.js"]}` };
    const next = await open(app, one, "remark", moved);
    expect(await settled(app, one, next.number)).toMatchObject({ state: "passed", merge_state: "merged" });
  });

  test("a pull request cannot weaken the policy that judges it", async () => {
    const { app } = stage;
    const one = await shop(app, "weakened", "analyze: { fail_on: error }\n");
    const { number } = await open(app, one, "change", { ...EVAL, ".tidegate.yml": QUICK });
    expect(await analysed(app, one, number)).toMatchObject({
      state: "failed",
      reason: { code: "new_findings" },
    });
  });
});

describe("a risk that asks a person", () => {
  const ASKS = "analyze: { ask_a_person_at: high }\n";

  test("holds the merge, is not green, and is merged after the decision", async () => {
    const { app } = stage;
    const one = await shop(app, "asked", ASKS);
    const { number, head } = await open(app, one, "change", RISKY);
    const held = await analysed(app, one, number);
    expect(held).toMatchObject({ state: "passed", merge_state: "blocked", hold: { code: "risk_asks" } });
    expect(held.merge_reasons).toEqual([held.hold]);
    expect(held.hold?.message).toMatch(
      /^The risk is (high|critical) \(\d+ of 100\): It reaches 7 other files/,
    );
    expect(checkOf(app, one, head)).toMatchObject({ status: "completed", conclusion: "action_required" });
    expect(merges(app, one, number)).toEqual([]);

    // A hint of GitHub is no decision, not even a review.
    app.github.review(one.full_name, number, "acme");
    await app.github.settled();
    expect(merges(app, one, number)).toEqual([]);

    const approve = () => ask(app, `/api/v1/validation/${held.id}/approve`, { method: "POST" });
    expect((await approve()).status).toBe(200);
    expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "merged" });
    expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
    expect(checkOf(app, one, head).conclusion).toBe("success");
    expect((await approve()).status).toBe(409);
  });

  test("below the level nobody is asked", async () => {
    const { app } = stage;
    const one = await shop(app, "calm", ASKS);
    const { number } = await open(app, one, "change", SAFE);
    expect(await settled(app, one, number)).toMatchObject({
      state: "passed",
      merge_state: "merged",
      hold: null,
    });
  });

  test("a new push takes the decision's place", async () => {
    const { app } = stage;
    const one = await shop(app, "replaced", ASKS);
    const { number } = await open(app, one, "change", RISKY);
    const held = await analysed(app, one, number);
    const head = await app.github.pushCommit(
      one.full_name,
      "change",
      { "core.js": `${RISKY["core.js"]}\n` },
      "More",
    );
    const next = await validationWhere(
      app,
      one,
      number,
      (it) => it.hold !== null && it.reporting === null,
      head,
    );
    const answer = await ask(app, `/api/v1/validation/${held.id}/approve`, { method: "POST" });
    expect([answer.status, next.approved_by, merges(app, one, number)]).toEqual([409, null, []]);
  });
});

describe("an analysis that cannot run", () => {
  /** GitHub no longer lists whole trees: the graph cannot be made, while the configuration is found in its folder. */
  const broken = (app: App, name: string) =>
    app.github.faults.failBefore(
      ({ path, query, by }) =>
        path.startsWith(`/repos/acme/${name}/git/trees/`) &&
        query.recursive === "1" &&
        by.startsWith("installation:"),
      404,
      1_000,
    );

  test.each(["fail_on: error", "ask_a_person_at: critical"])(
    "holds the merge under a policy of %s",
    async (policy) => {
      const { app } = stage;
      const name = `blind-${policy.slice(0, 3)}`;
      const one = await shop(app, name, `analyze: { ${policy} }\n`);
      const mend = broken(app, name);
      const { number, head } = await open(app, one, "change", SAFE);
      const held = await analysed(app, one, number);
      mend();
      expect(held).toMatchObject({
        state: "passed",
        merge_state: "blocked",
        hold: { code: "analysis_missing" },
      });
      expect([held.analysis?.state, held.analysis?.found]).toEqual(["errored", null]);
      expect([merges(app, one, number), checkOf(app, one, head).conclusion]).toEqual([[], "action_required"]);
      expect(checkOf(app, one, head).output.summary).toContain("The analysis errored");
    },
  );

  test("because an archive is garbage holds the merge", async () => {
    const { app } = stage;
    const many = Object.fromEntries(
      Array.from({ length: 31 }, (_, nth) => [`more/${nth}.js`, `export const n = ${nth};\n`]),
    );
    const files = { ...SHOP, ...many, ".tidegate.yml": `${QUICK}analyze: { fail_on: warning }\n` };
    const one = await project(app, "garbage", files);
    const base = await app.github.head(one.full_name, "main");
    // So many files are read from the archive; that of the base is only asked for by the analysis.
    const mend = app.github.faults.add({
      match: ({ path }) => path.includes("garbage") && path.includes("/tarball/") && path.includes(base),
      before: async () => new Response("this is no archive"),
    });
    const { number } = await open(app, one, "change", SAFE);
    const held = await analysed(app, one, number);
    mend();
    expect(held).toMatchObject({ merge_state: "blocked", hold: { code: "analysis_missing" } });
    expect(held.hold?.message).toContain("Cannot read the archive");
    expect(merges(app, one, number)).toEqual([]);
  });

  test("because the database refuses to keep it holds the merge, and a retry makes it good", async () => {
    const { app } = stage;
    const d1 = await app.worker.miniflare.getD1Database("DB", "tidegate");
    const one = await shop(app, "refusing", "analyze: { ask_a_person_at: critical }\n");
    await d1.exec(
      "CREATE TRIGGER broken BEFORE INSERT ON graph_members BEGIN SELECT RAISE(ABORT, 'injected'); END",
    );
    const { number } = await open(app, one, "change", SAFE);
    const held = await analysed(app, one, number).finally(() => d1.exec("DROP TRIGGER broken"));
    expect(held).toMatchObject({ merge_state: "blocked", hold: { code: "analysis_missing" } });
    expect([held.analysis?.state, merges(app, one, number)]).toEqual(["errored", []]);
    await app.api.retry(held.id, "mended");
    const again = await validationWhere(app, one, number, (it) => it.attempt === 2 && isSettled(it));
    expect(again).toMatchObject({ state: "passed", merge_state: "merged" });
  });

  test("is shown, and stops nothing where no policy needs it", async () => {
    const { app } = stage;
    const one = await shop(app, "shrugged");
    const mend = broken(app, "shrugged");
    const { number, head } = await open(app, one, "change", SAFE);
    const detail = await analysed(app, one, number);
    mend();
    expect(detail).toMatchObject({ state: "passed", hold: null, risk: null });
    expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged" });
    expect(detail.analysis).toMatchObject({ state: "errored", found: null });
    expect(checkOf(app, one, head)).toMatchObject({ conclusion: "success" });
  });

  test("is not begun where the base turns it off", async () => {
    const { app } = stage;
    const one = await shop(app, "off", "analyze: { enabled: false }\n");
    const { number } = await open(app, one, "change", EVAL);
    const detail = await settled(app, one, number);
    expect(detail).toMatchObject({ state: "passed", merge_state: "merged", analysis: null, analyzing: null });
    expect(detail.steps.find(({ kind }) => kind === "analyze")).toMatchObject({ state: "not_required" });
  });
});
