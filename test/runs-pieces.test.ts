/** A key that an agent says as its words come, in pieces: whole in nothing that is read, kept or sent. */
import { expect, test } from "vitest";
import { saidReader } from "../models/read-said.ts";
import { type Said, SaidFormat } from "../models/said.ts";
import { project, rows, useApp } from "./machine.ts";
import { AGENT, runWhere } from "./runs.ts";
import { connect } from "./socket.ts";

const stage = useApp();

const KEY = "AIzaSyTESTkey-9f8e7d6c5b4a3";
/** In one look and over several, and as a program writes whose words are not marked. */
const STREAMS = `
say() { printf '::tidegate {"kind":"%s","text":"%s"}\\n' "$1" "$2"; }
event() { printf '{"type":"message","role":"assistant","content":"%s","delta":true}\\n' "$1"; }
head=$(printf %s "$GEMINI_API_KEY" | cut -c 1-12)
tail=$(printf %s "$GEMINI_API_KEY" | cut -c 13-)
say thought "The key is $head"; say thought "$tail, I think"
say result "$head"; sleep 4; say result "$tail."
event "Use $head"; sleep 1; event "$tail now"
say answer "Do it"
`;

/** All that was said, joined as a page shows it and as a reader of streams has it. */
function wordsOf(items: readonly Said[]): string {
  return items.map((item) => ("text" in item ? item.text : "")).join("");
}

test("a key in pieces is whole neither in the log, nor in frames and rows, and all else is said", async () => {
  const { app } = stage;
  const one = await project(app, "pieces", {}, { ...AGENT, agent_command: STREAMS });
  await app.api.saveSecret(one.id, "GEMINI_API_KEY", KEY);
  const socket = await connect(app, one.id);
  const { id } = await app.api.startRun(one.id, { target_text: "Do it" });
  socket.send(JSON.stringify({ follow: `${id}.turn.1`, from: 0 }));
  await runWhere(app, id, ({ phase }) => phase === "awaiting_confirmation");
  const { text } = await app.api.turnLog(id, 1, 0);
  const frames = JSON.stringify(socket.frames);
  await socket.close();
  const shown = SaidFormat.options.map((format) => wordsOf(saidReader(format).read(text, true)));
  expect(shown[SaidFormat.options.indexOf("text")]).toContain("The key is ***, I think***.");
  expect(shown[SaidFormat.options.indexOf("gemini")]).toContain("Use *** now");
  expect(frames).toContain("The key is ***");
  const kept = JSON.stringify(await rows(app, "SELECT * FROM turns"));
  for (const place of [text, frames, kept, ...shown]) {
    expect(place).not.toContain(KEY.slice(0, 12));
    expect(place).not.toContain(KEY.slice(12));
  }
});
