/** Moments and durations that keep themselves up to date. */
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
    <time class="number" dateTime={exact.toISOString()} title={exact.toLocaleString()}>
      {relative(at, now)}
    </time>
  );
}

/** How long something took, or takes so far. */
export function Took({ from, to }: { from: number; to: number | null }) {
  useTick(to === null ? 1000 : null);
  return <span class="number">{duration((to ?? Date.now()) - from)}</span>;
}
