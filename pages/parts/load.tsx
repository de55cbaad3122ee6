/** Reading from the server: waiting for it, failing at it with a way to try again, and what came of it. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { problemText } from "../server.ts";
import { Icon } from "./icon.tsx";

export type Loaded<T> = {
  data: T | null;
  error: unknown;
  /** Reads again; what is shown stays until the answer is there. */
  reload(): void;
  /** Changes what was read, as an event tells. */
  change(next: (now: T) => T): void;
};

/**
 * Reads when drawn first and whenever `key` changes; null reads nothing.
 *
 * Changes that arrive while a read is under way are made to its answer too: the answer may be older than they.
 */
export function useLoad<T>(key: string | null, read: () => Promise<T>): Loaded<T> {
  const [shown, show] = useState<{ key: string | null; data: T | null; error: unknown }>(nothing(key));
  const reader = useRef(read);
  reader.current = read;
  const turn = useRef(0);
  const pending = useRef<((now: T) => T)[] | null>(null);
  const reload = useCallback(() => {
    if (key === null) return;
    const mine = ++turn.current;
    const changes: ((now: T) => T)[] = [];
    pending.current = changes;
    reader.current().then(
      (data) => {
        if (mine !== turn.current) return;
        pending.current = null;
        show({ key, data: changes.reduce((now, next) => next(now), data), error: null });
      },
      (error: unknown) => {
        if (mine !== turn.current) return;
        pending.current = null;
        show((now) => ({ key, data: now.key === key ? now.data : null, error }));
      },
    );
  }, [key]);
  const change = useCallback((next: (now: T) => T) => {
    pending.current?.push(next);
    show((now) => (now.data === null ? now : { ...now, data: next(now.data) }));
  }, []);
  useEffect(() => {
    reload();
    // An answer for what is no longer shown must not replace what is.
    return () => void turn.current++;
  }, [reload]);
  const now = shown.key === key ? shown : nothing(key);
  return { data: now.data as T | null, error: now.error, reload, change };
}

/** Reads again whenever somebody comes back to the page: of what no event tells, what is shown may be old by then. */
export function useFresh(reload: () => void): void {
  useEffect(() => {
    addEventListener("focus", reload);
    return () => removeEventListener("focus", reload);
  }, [reload]);
}

const nothing = (key: string | null) => ({ key, data: null, error: null });

/** What was read, or the waiting, or the failure. Data that is shown already stays when a later read fails. */
export function Load<T>({
  from,
  what,
  children,
}: {
  from: Pick<Loaded<T>, "data" | "error" | "reload">;
  /** As in "Cannot load …". */
  what: string;
  children: (data: T) => ComponentChildren;
}) {
  if (from.data === null) {
    if (from.error === null) return <Waiting what={what} />;
    return <Failed what={what} error={from.error} retry={from.reload} />;
  }
  return (
    <>
      {from.error !== null && <Failed what={what} error={from.error} retry={from.reload} />}
      {children(from.data)}
    </>
  );
}

/** Grey bars in the place of what is to come; they appear late, so that a fast answer does not flicker. */
export function Waiting({ what }: { what: string }) {
  return (
    <div class="waiting" role="status">
      <span class="unseen">Loading {what}</span>
      <span class="bar" />
      <span class="bar" />
      <span class="bar" />
    </div>
  );
}

/** A failure with its reason, and a button to try again. */
export function Failed({ what, error, retry }: { what: string; error: unknown; retry?: () => void }) {
  return (
    <div class="note tone-bad" role="alert">
      <Icon name="alert" />
      <div>
        <strong>Cannot load {what}</strong>
        <p>{problemText(error)}</p>
      </div>
      {retry !== undefined && (
        <button type="button" class="small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
