/** A value that screens share and hear of when it changes: the whole state management there is. */
import { useEffect, useReducer } from "preact/hooks";

export type Cell<T> = {
  get(): T;
  set(next: T): void;
  update(change: (now: T) => T): void;
  /** Calls `heard` after every change, until the returned function is called. */
  listen(heard: () => void): () => void;
};

/** Makes a cell. Setting the value it already has is no change. */
export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const heard of [...listeners]) heard();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    listen: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

/** The value of a cell, drawn anew when it changes. */
export function useCell<T>(source: Cell<T>): T {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const drawn = source.get();
  useEffect(() => {
    // It may have changed between drawing and listening; without this the screen would show the old value.
    if (!Object.is(source.get(), drawn)) redraw(0);
    return source.listen(() => redraw(0));
  }, [source]);
  return drawn;
}
