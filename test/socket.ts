/** A socket of a project, as a client of the dashboard's kind has it. */
import { type Event, Frame } from "../models/event.ts";
import { type App, eventually } from "./machine.ts";

export type Socket = {
  frames: Frame[];
  pongs: number;
  /** How it was closed from the other side; null while it is open. */
  closed: { code: number; reason: string } | null;
  events(): Event[];
  send(text: string): void;
  /** Follows a log, and says after each piece how far it has read. */
  follow(log: string, from: number): void;
  close(): Promise<void>;
};

/** Opens a project's socket and waits until it said hello. */
export async function connect(app: App, id: string, since?: number): Promise<Socket> {
  const url = app.api.liveUrl(id, since ?? -1);
  const headers = { authorization: `Bearer ${app.token}` };
  // Node's own WebSocket takes headers; the types of browsers do not know them.
  const socket = new WebSocket(url, { headers } as unknown as string[]);
  let followed: string | null = null;
  const heard: Socket = {
    frames: [],
    pongs: 0,
    closed: null,
    events: () => heard.frames.flatMap((frame) => (frame.frame === "event" ? [frame.event] : [])),
    send: (text) => socket.send(text),
    follow: (log, from) => {
      followed = log;
      socket.send(JSON.stringify({ follow: log, from, more: true }));
    },
    close: () =>
      new Promise((resolve) => {
        socket.onclose = () => resolve();
        socket.close();
      }),
  };
  socket.onmessage = ({ data }) => {
    if (data === "pong") {
      heard.pongs += 1;
      return;
    }
    const frame = Frame.parse(JSON.parse(String(data)));
    heard.frames.push(frame);
    if (frame.frame !== "log" || frame.step_id !== followed) return;
    const from = frame.from + Buffer.byteLength(frame.text);
    socket.send(JSON.stringify({ follow: followed, from, more: true }));
  };
  socket.onclose = ({ code, reason }) => {
    heard.closed = { code, reason };
  };
  await eventually("hello", () => heard.frames[0] ?? null);
  return heard;
}
