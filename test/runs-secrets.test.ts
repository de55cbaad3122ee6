/** Keys of agents: in the agent's own sandbox, and nowhere else, however it says them. */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { formsOf } from "../workers/steps/redact.ts";
import { type App, merges, open, project, rows, settled, useApp } from "./machine.ts";
import { AGENT, runWhere } from "./runs.ts";
import { connect } from "./socket.ts";

const stage = useApp();

/** Says its key in every way it can think of, and needs it to work at all. */
const LEAKS = `
[ -n "$ANTHROPIC_API_KEY" ] || { echo "there is no key"; exit 9; }
[ -z "$DEPLOY_TOKEN" ] || { echo "an agent sees $DEPLOY_TOKEN"; exit 8; }
env
printf %s "$ANTHROPIC_API_KEY" | base64
printf %s "$ANTHROPIC_API_KEY" | rev
printf %s "$ANTHROPIC_API_KEY" | od -An -tx1 | tr -d ' \\n'; echo
printf %s "$ANTHROPIC_API_KEY" | cut -c 1-20 | tr -d '\\n'; sleep 0.3; printf %s "$ANTHROPIC_API_KEY" | cut -c 21-
for kind in thought text result answer error; do echo '::tidegate {"kind":"'$kind'","text":"'"$ANTHROPIC_API_KEY"'"}'; done
echo '::tidegate {"kind":"tool","name":"curl","input":"'"$ANTHROPIC_API_KEY"'"}'
env | base64
env | base64 -w 64 | sed 's/^/+/'
env | xxd -p
env | od -An -tx1
bold=$(printf '\\033[1m')
echo "$ANTHROPIC_API_KEY" | sed "s/./&$bold/9"
echo "$ANTHROPIC_API_KEY" | sed 's/./&\\x00/9'
rest=\${ANTHROPIC_API_KEY#s}
for kind in thought text result error; do printf '%s\\n' '::tidegate {"kind":"'$kind'","text":"\\u0073'"$rest"'"}'; done
case "$TIDEGATE_PURPOSE" in
plan) printf '%s\\n' '::tidegate {"kind":"answer","text":"Use \\u0073'"$rest"'"}' ;;
write) echo made > made.txt; printf '%s\\n' '::tidegate {"kind":"answer","text":"I used s\\u001b[1m'"$rest"'"}' ;;
repair) echo mended > mended.txt; echo '::tidegate {"kind":"answer","text":"I used '"$ANTHROPIC_API_KEY"'"}' ;;
esac
`;
/** Fails when a validation sees the agent's key, and says its own secret, in colours too, in its first failure. */
const TESTS = `
if [ -n "$ANTHROPIC_API_KEY" ]; then echo "a validation sees $ANTHROPIC_API_KEY"; exit 1; fi
bold=$(printf '\\033[1m')
echo "$DEPLOY_TOKEN is here"; echo "Error: $DEPLOY_TOKEN" | sed "s/./&$bold/17"
if [ ! -e made.txt ] || [ -e mended.txt ]; then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; exit 1; fi
`;
/** Gives its key to every git that may be asked about its change. */
const COMPLAINTS = `
if [ "$TIDEGATE_PURPOSE" != plan ]; then
  echo made > made.txt
  git config --global core.abbrev "$ANTHROPIC_API_KEY"
  for config in .git/config "$HOME"/.*git*/config; do git config --file "$config" core.abbrev "$ANTHROPIC_API_KEY"; done
fi
echo '::tidegate {"kind":"answer","text":"Do it"}'
`;

/** Everything that is kept or was sent, as one text. */
async function everything(app: App, id: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const tables = await rows<{ name: string }>(
    app,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  );
  for (const { name } of tables) {
    if (name.startsWith("graph_")) continue;
    places.set(`table ${name}`, JSON.stringify(await rows(app, `SELECT * FROM ${name}`)));
  }
  const bucket = await app.worker.miniflare.getR2Bucket("ARTIFACTS", "tidegate");
  const { objects } = await bucket.list({ limit: 1000 });
  for (const { key } of objects) places.set(`object ${key}`, (await (await bucket.get(key))?.text()) ?? "");
  for (const [nth, { path, body }] of app.github.requests.entries())
    places.set(`request ${nth} ${path}`, JSON.stringify(body ?? null));
  places.set("the run", JSON.stringify(await app.api.run(id)));
  return places;
}

/** A text as somebody may read it: without colours and breaks, escapes resolved, base64 and hex decoded. */
function readings(text: string): string[] {
  const colours = new RegExp(String.raw`${String.fromCharCode(27)}\[[\d;]*m|\0`, "g");
  const shown = text
    .replace(/\\+u00([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(colours, "");
  const joined = shown.replace(/(?:\s|\\+[nrt])+[+-]?/g, "");
  const decoded = (joined.match(/[\w+/-]{24,}/g) ?? []).flatMap((run) => [
    ...[0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), "base64").toString("latin1")),
    ...[0, 1].map((from) => Buffer.from(run.slice(from), "hex").toString("latin1")),
  ]);
  return [text, shown, joined, ...decoded];
}

/** Where one of the secrets can be read. */
function placesOf(secrets: string[], places: Map<string, string>): string[] {
  const forms = formsOf(secrets);
  return [...places].flatMap(([place, text]) => {
    const read = readings(text);
    return forms
      .filter((form) => read.some((one) => one.includes(form)))
      .map((form) => `${place}: ${form.slice(0, 12)}…`);
  });
}

test("the search finds a key however it is written", () => {
  const key = `sk-ant-${randomUUID()}-${randomUUID()}`;
  const env = Buffer.from(`HOME=/root\nKEY=${key}\nPATH=/bin\n`);
  const lines = (text: string, width: number) =>
    (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\n");
  for (const text of [
    key,
    lines(env.toString("base64"), 76),
    JSON.stringify({ log: lines(env.toString("base64"), 64) }),
    lines(env.toString("hex"), 60),
    `\\u0073${key.slice(1)}`,
    JSON.stringify(`s\u001b[1m${key.slice(1)}`),
  ])
    expect(placesOf([key], new Map([["here", text]]))).not.toEqual([]);
});

test("an agent's key is in no log, row, object, comment, commit, request or frame, and in no validation", async () => {
  const { app } = stage;
  const one = await project(app, "keys", { "test.sh": TESTS }, { ...AGENT, agent_command: LEAKS });
  const key = `sk-ant-${randomUUID()}-${randomUUID()}`;
  const token = `deploy-${randomUUID()}`;
  await app.api.saveSecret(one.id, "ANTHROPIC_API_KEY", key);
  await app.api.saveSecret(one.id, "DEPLOY_TOKEN", token);
  expect(await app.api.secrets(one.id)).toEqual([
    { name: "ANTHROPIC_API_KEY", use: "agent" },
    { name: "DEPLOY_TOKEN", use: "validation" },
  ]);
  const socket = await connect(app, one.id);
  const { id } = await app.api.startRun(one.id, { target_text: "Do it", auto_confirm: true });
  socket.send(JSON.stringify({ follow: `${id}.turn.1`, from: 0 }));
  await runWhere(app, id, ({ phase }) => phase === "executing");
  socket.send(JSON.stringify({ follow: `${id}.turn.2`, from: 0 }));
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done.plans[0]?.text).toBe("Use ***");
  expect(done.turns_taken.map(({ purpose, answer }) => [purpose, answer])).toEqual([
    ["plan", "Use ***"],
    ["write", "I used ***"],
    ["repair", "I used ***"],
  ]);
  expect(merges(app, one, done.pr_number ?? 0)).toHaveLength(1);
  const places = await everything(app, id);
  places.set("frames", JSON.stringify(socket.frames));
  await socket.close();
  // The search itself works: what it looks for would be found.
  expect(places.get("frames")).toContain("***");
  expect(placesOf([key, token], places)).toEqual([]);
  const tree = await app.github.git(one.full_name, "grep", "-l", key, "main").catch(() => "");
  expect(tree).toBe("");
});

test("a key that an agent gives to every git that it finds is kept nowhere", async () => {
  const { app } = stage;
  const one = await project(app, "complaints", { "test.sh": TESTS }, { ...AGENT, agent_command: COMPLAINTS });
  const key = `sk-ant-${randomUUID()}-${randomUUID()}`;
  await app.api.saveSecret(one.id, "ANTHROPIC_API_KEY", key);
  const { id } = await app.api.startRun(one.id, { target_text: "Do it", auto_confirm: true });
  const done = await runWhere(
    app,
    id,
    ({ phase }) => phase === "needs_human" || phase === "failed" || phase === "completed",
  );
  expect(done.turns_taken[1]?.state).not.toBe("running");
  expect(placesOf([key], await everything(app, id))).toEqual([]);
});

test("a secret's value in a goal, a plan or feedback is refused by the secret's name, and kept nowhere", async () => {
  const { app } = stage;
  const command = String.raw`printf '%s\n' '::tidegate {"kind":"answer","text":"Do\u0000 it"}'`;
  const one = await project(app, "told", { "test.sh": TESTS }, { ...AGENT, agent_command: command });
  const old = `old-${randomUUID()}`;
  const token = `deploy-${randomUUID()}`;
  await app.api.saveSecret(one.id, "DEPLOY_TOKEN", old);
  await app.api.saveSecret(one.id, "DEPLOY_TOKEN", token);
  const { id } = await app.api.startRun(one.id, { target_text: "Deploy with DEPLOY_TOKEN" });
  const asking = await runWhere(app, id, ({ phase }) => phase === "awaiting_confirmation");
  // What is shown can be sent back.
  expect(asking.plans[0]?.text).toBe("Do it");
  const encoded = Buffer.from(token).toString("base64");
  const told = [
    ["goal", () => app.api.startRun(one.id, { target_text: `Deploy with ${token}` })],
    ["goal", () => app.api.startRun(one.id, { target_text: `Deploy with ${old}` })],
    ["goal", () => app.api.startRun(one.id, { target_text: "Deploy", files: [`keys/${token}.txt`] })],
    ["goal", () => app.api.promptOf(one.id, { target_text: `Deploy with ${token}` })],
    ["plan", () => app.api.answerPlan(id, { answer: "edit", version: 1, text: `Send ${encoded}` })],
    ["feedback", () => app.api.answerPlan(id, { answer: "again", version: 1, feedback: `Use ${token}` })],
  ] as const;
  for (const [what, asked] of told) {
    const problem = {
      status: 422,
      detail: expect.stringContaining(`the ${what} holds a value of the secret DEPLOY_TOKEN:`),
    };
    await expect(asked()).rejects.toMatchObject({ problem });
  }
  expect(await app.api.runs(one.id)).toHaveLength(1);
  expect((await app.api.run(id)).plans).toHaveLength(1);
  expect(placesOf([token, old], await everything(app, id))).toEqual([]);
  await app.api.stopRun(id);
});

test("a NUL in a secret is refused at the door; what the sandbox cannot take ends a turn and a step at once", async () => {
  const { app } = stage;
  const config = 'setup: none\ntest: "sh test.sh\\0"\n';
  const files = { "test.sh": TESTS, ".tidegate.yml": config };
  const one = await project(app, "nul", files, { ...AGENT, agent_command: "true\0" });
  const problem = { status: 422, detail: expect.stringContaining("must not hold a NUL") };
  await expect(app.api.saveSecret(one.id, "SEC", "a\0b")).rejects.toMatchObject({ problem });
  const reason = { code: "sandbox_refused", message: expect.stringContaining("must not hold a NUL byte") };
  const { id } = await app.api.startRun(one.id, { target_text: "Do it" });
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect([run.reason, run.turns]).toEqual([reason, 1]);
  const { number } = await open(app, one, "change");
  const validation = await settled(app, one, number);
  expect(validation).toMatchObject({ state: "failed", reason });
  expect(validation.steps.filter(({ kind }) => kind === "test")).toHaveLength(1);
});
