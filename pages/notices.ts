/** The bell: sentences the projects said, newest first, kept in this browser. */
import { z } from "zod";
import type { Event } from "../models/event.ts";
import { cell } from "./parts/cell.ts";
import { pullPath, runPath } from "./paths.ts";

export const Notice = z.object({
  id: z.string(),
  project_id: z.string(),
  at: z.number(),
  level: z.enum(["info", "success", "warning", "error"]),
  pr_number: z.number().nullable(),
  validation_id: z.string().nullable(),
  /** Absent in what an older page kept. */
  run_id: z.string().nullable().default(null),
  message: z.string(),
  read: z.boolean(),
});
export type Notice = z.infer<typeof Notice>;

const KEY = "tidegate.notices";
/** More than anybody reads; what is older falls out. */
const KEPT = 100;

/** The notices after an event. One that is known stays as it is: a resumed socket says things twice. */
export function noticesAfter(notices: readonly Notice[], event: Event): readonly Notice[] {
  if (event.type !== "notification.new") return notices;
  const { project_id, at, level, pr_number, validation_id, run_id = null, message } = event;
  // The time is part of the id: a project that was made anew counts its events from one again.
  const id = `${project_id}.${event.seq}.${at}`;
  if (notices.some((notice) => notice.id === id)) return notices;
  const about = { project_id, pr_number, validation_id, run_id };
  const notice: Notice = { id, ...about, at, level, message, read: false };
  return [notice, ...notices].sort((a, b) => b.at - a.at).slice(0, KEPT);
}

/** Where a notice leads: to its run, its validation, its pull request, or its project. */
export function placeOf({ project_id, pr_number, validation_id, run_id }: Notice): string {
  if (run_id !== null) return runPath(project_id, run_id);
  return pr_number === null ? `/projects/${project_id}` : pullPath(project_id, pr_number, validation_id);
}

/** All, or only the named one, marked as read. */
export function marked(notices: readonly Notice[], id?: string): readonly Notice[] {
  return notices.map((notice) =>
    (id === undefined || notice.id === id) && !notice.read ? { ...notice, read: true } : notice,
  );
}

/** What was kept; whatever cannot be read is nothing. */
export function parseNotices(text: string | null): Notice[] {
  try {
    const parsed = z.array(Notice).safeParse(JSON.parse(text ?? "[]"));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

export const notices = cell<readonly Notice[]>([]);

/** Reads what this browser kept, and keeps what changes; another tab's reading is heard too. */
export function keepNotices(storage: Storage): void {
  notices.set(parseNotices(storage.getItem(KEY)));
  notices.listen(() => {
    const text = JSON.stringify(notices.get());
    // Writing what is there already would echo between two tabs for ever.
    if (storage.getItem(KEY) !== text) storage.setItem(KEY, text);
  });
  addEventListener("storage", (change) => {
    if (change.key === KEY) notices.set(parseNotices(change.newValue));
  });
}
