/** The socket of a project: events in their order, none missing after a pause, and the log of a step that runs. */
import { describe, expect, test } from "vitest";
import { EVENT_NAMES, type Event, SOCKET_CLOSED } from "../models/event.ts";
import {
  type App,
  eventually,
  logOf,
  open,
  PASSES,
  type Project,
  project,
  running,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";
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

test("a socket whose session was ended elsewhere is closed before it hears more; others stay", async () => {
  const { app } = stage;
  const one = await project(app, "signed-out");
  const mine = await app.signIn();
  const [leaving, staying] = [
    await connect({ ...app, token: mine.token }, one.id),
    await connect(app, one.id),
  ];
  await mine.api.signOut();
  leaving.send(JSON.stringify({ follow: null }));
  expect(await eventually("the close", () => leaving.closed)).toMatchObject({ code: SOCKET_CLOSED.session });
  const { number } = await open(app, one, "change");
  await settled(app, one, number);
  await eventually("an event", () => staying.events()[0] ?? null);
  expect([staying.closed, leaving.events()]).toEqual([null, []]);
  await staying.close();
});

describe("the log of a step", () => {
  /** Puts pieces together by their offsets, as a client does that had `before` already. */
  function textOf(socket: Socket, stepId: string, before = ""): string {
    let bytes = Buffer.from(before);
    for (const frame of socket.frames) {
      if (frame.frame !== "log" || frame.step_id !== stepId) continue;
      bytes = Buffer.concat([bytes.subarray(0, frame.from), Buffer.from(frame.text)]);
    }
    return bytes.toString();
  }
  const endsOf = (socket: Socket) => socket.frames.filter((frame) => frame.frame === "log" && frame.end);
  const ended = (socket: Socket) => eventually("the end", () => endsOf(socket)[0] ?? null);
  /** A validation that may not have begun yet: its steps can be followed all the same. */
  const begun = (app: App, one: Project, number: number) => validationWhere(app, one, number, () => true);

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
    await Promise.all([early, late].map(ended));
    const validation = await settled(app, one, number);
    const stored = await logOf(app, validation.id, step);
    expect(stored).toContain("line 80 – äöü\n");
    expect(textOf(early, step)).toBe(stored);
    expect(textOf(late, step)).toBe(stored);
    expect(other.frames.filter(({ frame }) => frame === "log")).toEqual([]);
    const after = await connect(app, one.id);
    after.send(JSON.stringify({ follow: step, from: 0 }));
    await ended(after);
    expect(textOf(after, step)).toBe(stored);
    const bytes = Buffer.byteLength(stored);
    for (const socket of [early, late, after]) {
      expect(endsOf(socket)).toEqual([
        {
          frame: "log",
          step_id: step,
          from: bytes,
          text: "",
          end: true,
          ...{ status: "passed", bytes, truncated: false },
        },
      ]);
    }
    for (const socket of [early, late, after, other]) await socket.close();
  });

  test("is written faster than a slow client reads: it is closed, resumes, and holds up nobody", async () => {
    const { app } = stage;
    const lines = "head -c 4200000 /dev/zero | tr '\\0' x | fold -w 99; echo\n";
    const one = await project(app, "slow", { "test.sh": `${lines}${PASSES}` });
    const { number } = await open(app, one, "change");
    const step = `${(await begun(app, one, number)).id}.test.1`;
    const [slow, fast] = [await connect(app, one.id), await connect(app, one.id)];
    slow.send(JSON.stringify({ follow: step, from: 0 }));
    fast.follow(step, 0);
    const { code, reason } = await eventually("the close", () => slow.closed);
    expect([code, reason]).toEqual([SOCKET_CLOSED.lagging, "lagging, resume from 0"]);
    await ended(fast);
    const { id } = await settled(app, one, number);
    const stored = await logOf(app, id, step);
    expect(textOf(fast, step)).toBe(stored);
    expect(fast.closed).toBeNull();
    const had = textOf(slow, step);
    expect(had.length).toBeLessThan(stored.length);
    const again = await connect(app, one.id);
    again.follow(step, Buffer.byteLength(had));
    await ended(again);
    expect(textOf(again, step, had)).toBe(stored);
    expect([endsOf(slow), endsOf(fast), endsOf(again)].map((ends) => ends.length)).toEqual([0, 1, 1]);
    for (const socket of [fast, again]) await socket.close();
  });

  test("of one line of 30 MB is short, says so, and the tests behind it are counted", async () => {
    const { app } = stage;
    const line = "head -c 30000000 /dev/zero | tr '\\0' x\necho\n";
    const one = await project(app, "long-line", { "test.sh": `${line}${PASSES}` });
    const { number } = await open(app, one, "change");
    const { id, state } = await settled(app, one, number);
    expect(state).toBe("passed");
    const step = `${id}.test.1`;
    const stored = await logOf(app, id, step);
    expect(stored.length).toBeLessThan(200_000);
    expect(stored).toMatch(/x\[tidegate\] \d+ bytes of this line dropped here: limit is 65536 x/);
    const socket = await connect(app, one.id);
    socket.follow(step, 0);
    expect(await ended(socket)).toMatchObject({ status: "passed", bytes: stored.length, truncated: true });
    await socket.close();
  });

  test("of a step that a push superseded ends once, and its last line says why", async () => {
    const { app } = stage;
    const one = await project(app, "stopped");
    const { number } = await open(app, one, "change", { "test.sh": "echo working; sleep 600\n" });
    const { id } = await running(app, one, number, "test");
    const step = `${id}.test.1`;
    const socket = await connect(app, one.id);
    socket.follow(step, 0);
    await eventually("a line", () => (textOf(socket, step).includes("working\n") ? true : null));
    const next = await app.github.pushCommit(one.full_name, "change", { "test.sh": PASSES }, "B");
    expect(await ended(socket)).toMatchObject({ status: "cancelled", truncated: false });
    await settled(app, one, number, next);
    const stored = await logOf(app, id, step);
    expect(stored).toMatch(/working\n[\s\S]*# The validation ended before this step did\n$/);
    expect(textOf(socket, step)).toBe(stored);
    expect(endsOf(socket)).toHaveLength(1);
    await socket.close();
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
