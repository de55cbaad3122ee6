/** Moments and durations that keep themselves up to date, in silence: a screen reader would say each second. */
import { useEffect, useReducer } from "preact/hooks";
import { duration, nextChange, relative } from "./time.ts";

/** Draws anew every `ms`; null: never. */
export function useTick(ms: number | null): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (ms === null) return;
    const timer = setInterval(() => redraw(0), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** A moment relative to now; its exact time is the title. */
export function Ago({ at }: { at: number }) {
  const now = Date.now();
  useTick(nextChange(at, now));
  const exact = new Date(at);
  return (
    <time class="number" aria-live="off" dateTime={exact.toISOString()} title={exact.toLocaleString()}>
      {relative(at, now)}
    </time>
  );
}

/** How long it is until a moment; once it is there, that it is. */
export function Countdown({ to, before, due }: { to: number; before: string; due: string }) {
  const left = to - Date.now();
  // Minutes tick by the second, days do not.
  useTick(left < 0 ? null : left < 86_400_000 ? 1_000 : 60_000);
  const exact = new Date(to);
  return (
    <time class="number" aria-live="off" dateTime={exact.toISOString()} title={exact.toLocaleString()}>
      {left < 0 ? due : `${before} ${duration(left)}`}
    </time>
  );
}

/** How long something took, or takes so far. */
export function Took({ from, to }: { from: number; to: number | null }) {
  useTick(to === null ? 1000 : null);
  return (
    <span class="number" aria-live="off">
      {duration((to ?? Date.now()) - from)}
    </span>
  );
}
