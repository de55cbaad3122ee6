/** Keys of agents: in the agent's own sandbox, and nowhere else, however it says them. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { formsOf } from "../workers/steps/redact.ts";
import { type App, merges, project, rows, useApp } from "./machine.ts";
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
if [ "$TIDEGATE_PURPOSE" = plan ]; then echo '::tidegate {"kind":"answer","text":"Use '"$ANTHROPIC_API_KEY"'"}'
else echo made > made.txt; echo '::tidegate {"kind":"answer","text":"I used '"$ANTHROPIC_API_KEY"'"}'; fi
exit $(( $(ls fail-me 2>/dev/null | wc -l) ))
`;
/** Fails when a validation sees the agent's key, and says its own secret in its first failure. */
const TESTS = `
if [ -n "$ANTHROPIC_API_KEY" ]; then echo "a validation sees $ANTHROPIC_API_KEY"; exit 1; fi
echo "$DEPLOY_TOKEN is here"; echo "1 passed, 0 failed"
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
  expect(done.turns_taken[1]?.answer).toBe("I used ***");
  expect(merges(app, one, done.pr_number ?? 0)).toHaveLength(1);
  const places = await everything(app, id);
  places.set("frames", JSON.stringify(socket.frames));
  await socket.close();
  // The search itself works: what it looks for would be found.
  expect(places.get("frames")).toContain("***");
  const found = [...places].flatMap(([place, text]) =>
    formsOf([key, token])
      .filter((form) => text.includes(form))
      .map((form) => `${place}: ${form.slice(0, 12)}…`),
  );
  expect(found).toEqual([]);
  const tree = await app.github.git(one.full_name, "grep", "-l", key, "main").catch(() => "");
  expect(tree).toBe("");
});
