/** In which order deliveries are sent, and what comes again. Pure. */
import { randomUUID } from "node:crypto";
import type { Delivery } from "../../rehearsal/github/index.ts";
import { type Dice, oneOf } from "../../simulate/dice.ts";

/** `duplicate`: again with the same GUID; `replay`: again with a fresh one. */
export type Send = { delivery: Delivery; guid: string; as: "first" | "duplicate" | "replay" };

/** A delivery in so many is sent later than it came about, by so many places at most. */
const LATE_SHARE = 0.2;
const LATE_PLACES = 40;

/** So many sends of these deliveries: each once, and by lot some again, near the first time or long after. */
export function sendsOf(deliveries: readonly Delivery[], total: number, dice: Dice): Send[] {
  const placed: { place: number; send: Send }[] = deliveries.map((delivery, nth) => {
    const place = nth + (dice() < LATE_SHARE ? dice() * LATE_PLACES : 0);
    return { place, send: { delivery, guid: delivery.guid, as: "first" } };
  });
  const firsts = placed.slice();
  while (placed.length < total) {
    const { place, send } = oneOf(dice, firsts);
    const as = dice() < 0.5 ? "duplicate" : "replay";
    const guid = as === "duplicate" ? send.guid : randomUUID();
    const after = dice() < 0.5 ? dice() : dice() * (deliveries.length - place);
    placed.push({ place: place + after, send: { delivery: send.delivery, guid, as } });
  }
  return placed.sort((one, other) => one.place - other.place).map(({ send }) => send);
}
