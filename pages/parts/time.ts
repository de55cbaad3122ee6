/** Times and sizes as people read them. Now is an argument, so that a test can stand still. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const time = Math.max(0, ms);
  if (time < SECOND) return `${Math.round(time)} ms`;
  if (time < 10 * SECOND) return `${(Math.floor(time / 100) / 10).toFixed(1)} s`;
  if (time < MINUTE) return `${Math.floor(time / SECOND)} s`;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  if (time < HOUR) return `${Math.floor(time / MINUTE)} min ${two((time % MINUTE) / SECOND)} s`;
  if (time < DAY) return `${Math.floor(time / HOUR)} h ${two((time % HOUR) / MINUTE)} min`;
  return `${Math.floor(time / DAY)} d ${Math.floor((time % DAY) / HOUR)} h`;
}

/** How far a moment is from now: `just now`, `5 min ago`, `in 30 s`. */
export function relative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  // Two machines' clocks differ by seconds; "in 2 s" for something that has happened would be a riddle.
  if (distance < 5 * SECOND) return "just now";
  const text = coarse(distance);
  return at > now ? `in ${text}` : `${text} ago`;
}

function coarse(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  const days = Math.floor(ms / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

/** How long until the relative text of a moment can read differently. */
export function nextChange(at: number, now: number): number {
  const distance = Math.abs(now - at);
  return distance < MINUTE ? SECOND * 5 : distance < HOUR ? 30 * SECOND : 10 * MINUTE;
}

/** Bytes in the unit that keeps the number short: `812 B`, `41 MB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
