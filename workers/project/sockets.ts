/** What goes over a project's sockets. */
import type { Frame } from "../../models/event.ts";

/** What a socket follows; kept with the socket, because a sleeping object remembers nothing else. */
export type Following = { follow: string | null };

export function send(socket: WebSocket, frame: Frame): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // The client went away between the list and the send; it resumes from its last number.
  }
}

/** Reads `{"follow": stepId | null, "from": byte}`; null when it is something else. */
export function parseFollow(message: string | ArrayBuffer): { follow: string | null; from: number } | null {
  try {
    const asked = JSON.parse(String(message)) as { follow?: unknown; from?: unknown };
    const follow = typeof asked.follow === "string" ? asked.follow : null;
    return { follow, from: typeof asked.from === "number" && asked.from >= 0 ? asked.from : 0 };
  } catch {
    return null;
  }
}
