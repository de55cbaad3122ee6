/** The socket of a project: events in their order, none missing after a pause, and the log of a step that runs. */
import { describe, expect, test } from "vitest";
import { EVENT_NAMES, type Event } from "../models/event.ts";
import { eventually, logOf, open, project, running, settled, useApp } from "./machine.ts";
import { connect, type Socket } from "./socket.ts";

const stage = useApp();

const numbers = (events: Event[]) => events.map(({ seq }) => seq);
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
const slowly = (lines: number) =>
  `for n in $(seq ${lines}); do echo "line $n – äöü"; sleep 0.05; done; echo '1 passed, 0 failed'\n`;

test("the names of events are the seed's eight", () => {
  expect([...EVENT_NAMES].sort()).toEqual([
    "agent.run.completed",
    "agent.run.started",
    "notification.new",
    "pr.created",
    "pr.updated",
    "project.status.updated",
    "validation.completed",
    "validation.started",
  ]);
});

describe("events", () => {
  test("come after hello, in order, numbered without a gap, and each client hears the same", async () => {
    const { app } = stage;
    const one = await project(app, "heard");
    const { seq } = await app.api.project(one.id);
    const sockets = [await connect(app, one.id), await connect(app, one.id, seq)];
    expect(sockets.map(({ frames }) => frames[0])).toEqual([
      { frame: "hello", project_id: one.id, seq, resumed: false },
      { frame: "hello", project_id: one.id, seq, resumed: true },
    ]);
    const { number } = await open(app, one, "change");
    await settled(app, one, number);
    const [first, second] = sockets.map((socket) => socket.events());
    await eventually("the merge", () =>
      sockets.every((socket) => socket.events().some((event) => event.type === "pr.updated")) ? true : null,
    );
    const last = first?.at(-1)?.seq ?? 0;
    expect(numbers(first ?? [])).toEqual(from(seq + 1, last));
    expect(second?.slice(0, first?.length)).toEqual(first);
    const types = (first ?? []).map(({ type }) => type);
    const story = ["pr.created", "validation.started", "validation.completed"] as const;
    expect(types.filter((type) => (story as readonly string[]).includes(type))).toEqual(story);
    for (const socket of sockets) await socket.close();
  });

  test("that were missed come again, once, also after a restart of the Worker", async () => {
    const { app } = stage;
    const one = await project(app, "missed");
    const before = await connect(app, one.id);
    const start = before.frames[0]?.frame === "hello" ? before.frames[0].seq : 0;
    const { number } = await open(app, one, "change");
    await eventually("the first events", () => (before.events().length >= 2 ? true : null));
    await before.close();
    const seen = before.events();
    await settled(app, one, number);
    await app.restartWorker();
    const after = await connect(app, one.id, seen.at(-1)?.seq ?? 0);
    const { seq } = await app.api.project(one.id);
    await eventually("the rest", () => (after.events().at(-1)?.seq === seq ? true : null));
    expect(after.frames[0]).toMatchObject({ frame: "hello", resumed: true });
    expect(numbers([...seen, ...after.events()])).toEqual(from(start + 1, seq));
    await after.close();
  });

  test("of a number that was never given cannot be resumed, and hello says so", async () => {
    const { app } = stage;
    const one = await project(app, "future");
    const socket = await connect(app, one.id, 1_000_000);
    expect(socket.frames[0]).toMatchObject({ frame: "hello", resumed: false });
    await socket.close();
  });

  test("of a superseded head come in the order of the story", async () => {
    const { app } = stage;
    const one = await project(app, "story");
    const socket = await connect(app, one.id);
    const { number, head } = await open(app, one, "change", { "test.sh": "sleep 600\n" });
    await running(app, one, number, "test");
    const next = await app.github.pushCommit(
      one.full_name,
      "change",
      { "test.sh": "echo '1 passed, 0 failed'\n" },
      "B",
    );
    await settled(app, one, number, next);
    const told = () =>
      socket
        .events()
        .flatMap((event) =>
          event.type === "validation.started" || event.type === "validation.completed"
            ? [`${event.type} ${event.validation.head_sha} ${event.validation.state}`]
            : event.type === "pr.updated" && event.pull.state === "open"
              ? [`${event.type} ${event.pull.head_sha}`]
              : [],
        );
    await eventually("the end", () => (told().includes(`validation.completed ${next} passed`) ? true : null));
    const story = told();
    const order = [
      `validation.started ${head} queued`,
      `pr.updated ${next}`,
      `validation.completed ${head} superseded`,
      `validation.started ${next} queued`,
      `validation.completed ${next} passed`,
    ].map((line) => story.indexOf(line));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    await socket.close();
  });

  test("a ping is answered, and nonsense is not", async () => {
    const { app } = stage;
    const one = await project(app, "pinged");
    const socket = await connect(app, one.id);
    for (const text of ["nonsense", "{", "null", '{"follow":7}', '{"follow":"x","from":-1}', "[]"])
      socket.send(text);
    socket.send("ping");
    await eventually("pong", () => (socket.pongs === 1 ? true : null));
    expect(socket.frames).toHaveLength(1);
    await socket.close();
  });
});

describe("the log of a step", () => {
  /** Puts pieces together by their offsets, as a client does. */
  function textOf(socket: Socket, stepId: string): string {
    let bytes = Buffer.alloc(0);
    for (const frame of socket.frames) {
      if (frame.frame !== "log" || frame.step_id !== stepId) continue;
      bytes = Buffer.concat([bytes.subarray(0, frame.from), Buffer.from(frame.text)]);
    }
    return bytes.toString();
  }

  test("is followed while it runs, and equals the stored one; who comes later catches up", async () => {
    const { app } = stage;
    const one = await project(app, "followed", { "test.sh": slowly(80) });
    const early = await connect(app, one.id);
    const { number } = await open(app, one, "change");
    const { id } = await running(app, one, number, "test");
    const step = `${id}.test.1`;
    early.send(JSON.stringify({ follow: step, from: 0 }));
    await eventually("ten lines", () => (textOf(early, step).includes("line 10 ") ? true : null));
    const late = await connect(app, one.id);
    late.send(JSON.stringify({ follow: step, from: 0 }));
    const other = await connect(app, one.id);
    const ended = (socket: Socket) =>
      socket.frames.some((frame) => frame.frame === "log" && frame.step_id === step && frame.end) || null;
    await Promise.all([early, late].map((socket) => eventually("the end", () => ended(socket))));
    const validation = await settled(app, one, number);
    const stored = await logOf(app, validation.id, step);
    expect(stored).toContain("line 80 – äöü\n");
    expect(textOf(early, step)).toBe(stored);
    expect(textOf(late, step)).toBe(stored);
    expect(other.frames.filter(({ frame }) => frame === "log")).toEqual([]);
    for (const socket of [early, late, other]) {
      expect(socket.frames.filter((frame) => frame.frame === "log" && frame.end).length).toBeLessThanOrEqual(
        1,
      );
      await socket.close();
    }
  });

  test("can be read piece by piece while it runs, and from any byte on afterwards", async () => {
    const { app } = stage;
    const one = await project(app, "read", { "test.sh": slowly(30) });
    const { number } = await open(app, one, "change");
    const { id } = await running(app, one, number, "test");
    const step = `${id}.test.1`;
    let text = "";
    await eventually("the end of the log", async () => {
      const piece = await app.api.log(step, id, Buffer.byteLength(text));
      expect(piece.from + Buffer.byteLength(piece.text)).toBe(piece.next);
      text += piece.text;
      return piece.end || null;
    });
    await settled(app, one, number);
    expect(text).toBe(await logOf(app, id, step));
    const at = Buffer.from(text).indexOf("line 20");
    expect((await app.api.log(step, id, at)).text).toBe(text.slice(text.indexOf("line 20")));
    expect(await app.api.log(step, id, 10_000_000)).toMatchObject({ text: "", end: true });
  });
});
