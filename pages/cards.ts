/** The pinned projects, which the list, the header and the bell share. */
import type { ProjectCard } from "../models/api.ts";
import { cardAfter } from "./events.ts";
import { join, leave, leaveOthers, listen } from "./hub.ts";
import { cell } from "./parts/cell.ts";
import { debounce } from "./parts/debounce.ts";
import { api, session } from "./server.ts";

/** Null before the first answer. */
export const cards = cell<readonly ProjectCard[] | null>(null);
/** What went wrong with the last read; null when nothing did. */
export const cardsError = cell<unknown>(null);

/** More sockets than this a browser may refuse; projects beyond it are read every few seconds. */
const MOST_SOCKETS = 40;
const POLL_MS = 15_000;

/** Reads all projects and joins them. */
export async function readCards(): Promise<void> {
  try {
    const all = await api.projects();
    cards.set(all);
    cardsError.set(null);
    leaveOthers(all.map((card) => card.id));
    for (const card of all.slice(0, MOST_SOCKETS)) join(card.id, card.seq);
  } catch (error) {
    cardsError.set(error);
  }
}

/** Reads one project again: its counts follow from more than one event tells. */
export async function readCard(id: string): Promise<void> {
  try {
    const card = await api.projectCard(id);
    // Unpinned in another tab.
    if (card === null) dropCard(id);
    else putCard(card);
  } catch {
    // Tried again with the next event.
  }
}

/** Puts a project among the others, and listens to it. */
export function putCard(card: ProjectCard): void {
  cards.update((now) => {
    const others = now ?? [];
    const known = others.some((one) => one.id === card.id);
    return known ? others.map((one) => (one.id === card.id ? card : one)) : [...others, card];
  });
  join(card.id, card.seq);
}

/** Takes an unpinned project away. */
export function dropCard(id: string): void {
  leave(id);
  cards.update((now) => now?.filter((card) => card.id !== id) ?? null);
}

/** Keeps the cards up to date until the returned function is called. */
export function watchCards(): () => void {
  const reads = new Map<string, () => void>();
  const reread = (id: string): void => {
    const read = reads.get(id) ?? debounce(() => void readCard(id), 400);
    reads.set(id, read);
    read();
  };
  const stop = listen(null, {
    event: (event) => {
      cards.update(
        (now) => now?.map((card) => (card.id === event.project_id ? cardAfter(card, event) : card)) ?? null,
      );
      reread(event.project_id);
    },
    reset: () => void readCards(),
    refused: debounce(() => void readCards(), 1_000),
  });
  const forget = session.listen(() => {
    // Who signs in next must not see these first.
    if (session.get() === null) cards.set(null);
  });
  const timer = setInterval(() => {
    const many = (cards.get()?.length ?? 0) > MOST_SOCKETS;
    if (many || cardsError.get() !== null) void readCards();
  }, POLL_MS);
  return () => {
    stop();
    forget();
    clearInterval(timer);
  };
}
