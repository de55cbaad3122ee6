/** Asking the server to do something: one at a time, and its refusal said where it was asked. */
import { useRef, useState } from "preact/hooks";
import { problemText } from "../server.ts";
import { Icon } from "./icon.tsx";

export type Act<A extends unknown[]> = {
  busy: boolean;
  error: unknown;
  run(...args: A): void;
  forget(): void;
};

/** Wraps an action; while it runs, asking again does nothing: a double click is one click. */
export function useAct<A extends unknown[]>(action: (...args: A) => Promise<void>): Act<A> {
  const [state, set] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  // The second click of a double click may come before the first one was drawn.
  const busy = useRef(false);
  const over = (error: unknown): void => {
    busy.current = false;
    set({ busy: false, error });
  };
  return {
    ...state,
    run: (...args) => {
      if (busy.current) return;
      busy.current = true;
      set({ busy: true, error: null });
      action(...args).then(() => over(null), over);
    },
    forget: () => set((now) => ({ ...now, error: null })),
  };
}

/** The refusal of an action; draws nothing while there is none. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null) return null;
  return (
    <p class="refusal tone-bad" role="alert">
      <Icon name="alert" />
      <span>{problemText(error)}</span>
    </p>
  );
}
