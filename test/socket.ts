/** A socket of a project, as a client of the dashboard's kind has it. */
import { type Event, Frame } from "../models/event.ts";
import { type App, eventually } from "./machine.ts";

export type Socket = {
  frames: Frame[];
  pongs: number;
  events(): Event[];
  send(text: string): void;
  close(): Promise<void>;
};

/** Opens a project's socket and waits until it said hello. */
export async function connect(app: App, id: string, since?: number): Promise<Socket> {
  const url = app.api.liveUrl(id, since ?? -1);
  const headers = { authorization: `Bearer ${app.token}` };
  // Node's own WebSocket takes headers; the types of browsers do not know them.
  const socket = new WebSocket(url, { headers } as unknown as string[]);
  const heard: Socket = {
    frames: [],
    pongs: 0,
    events: () => heard.frames.flatMap((frame) => (frame.frame === "event" ? [frame.event] : [])),
    send: (text) => socket.send(text),
    close: () =>
      new Promise((resolve) => {
        socket.onclose = () => resolve();
        socket.close();
      }),
  };
  socket.onmessage = ({ data }) => {
    if (data === "pong") heard.pongs += 1;
    else heard.frames.push(Frame.parse(JSON.parse(String(data))));
  };
  await eventually("hello", () => heard.frames[0] ?? null);
  return heard;
}
