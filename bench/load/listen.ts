/** Sockets that listen to projects while the burst goes on. */
import type { Api } from "../../clients/api.ts";
import { type Ear, hear, newEar } from "./counts.ts";
import { inLanes } from "./post.ts";
import type { Place } from "./stage.ts";

export type Listener = { place: Place; ear: Ear; socket: WebSocket };

/** So many are opened at once. */
const OPENING = 20;

/** Opens so many sockets, the places taking turns, and waits until each was greeted. */
export async function listenAll(
  { liveUrl }: Api,
  token: string,
  places: readonly Place[],
  count: number,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  const turns = Array.from({ length: count }, (_, nth) => places[nth % places.length]);
  await inLanes(turns, OPENING, async (place) => {
    if (place !== undefined) listeners.push(await listen(liveUrl(place.id, -1), token, place));
  });
  return listeners;
}

function listen(url: string, token: string, place: Place): Promise<Listener> {
  const headers = { authorization: `Bearer ${token}` };
  // Node's own WebSocket takes headers; the types of browsers do not know them.
  const socket = new WebSocket(url, { headers } as unknown as string[]);
  return new Promise((resolve, reject) => {
    let ear: Ear | null = null;
    socket.onerror = () => reject(new Error(`Cannot listen to "${place.id}": the socket was refused`));
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(String(data)) as { frame: string; seq: number; event: { seq: number } };
      if (said.frame === "event" && ear !== null) hear(ear, said.event.seq);
      if (said.frame !== "hello") return;
      ear = newEar(said.seq);
      resolve({ place, ear, socket });
    };
  });
}
