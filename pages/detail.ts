/** A validation with its steps, kept up to date: events change it at once, its steps are read again. */
import { useEffect } from "preact/hooks";
import type { ValidationDetail } from "../models/validation.ts";
import { detailAfter, validationIn } from "./events.ts";
import { listen } from "./hub.ts";
import { debounce } from "./parts/debounce.ts";
import { type Loaded, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";
import { unsettled } from "./timeline.ts";

/** Steps begin and end between two events; this often they are read while there is something to see. */
const POLL_MS = 3_000;

/** Reads a validation and follows it. */
export function useDetail(project: string, id: string): Loaded<ValidationDetail> {
  const read = useLoad(id, () => api.validation(id));
  const { reload, change, data } = read;
  useEffect(() => {
    const again = debounce(reload, 300);
    return listen(project, {
      event: (event) => {
        if (validationIn(event)?.id !== id) return;
        change((now) => detailAfter(now, event));
        again();
      },
      reset: again,
    });
  }, [project, id, reload, change]);
  const settled = data !== null && !unsettled(data, Date.now());
  useEffect(() => {
    if (settled) return;
    // A tab nobody looks at asks nothing; it hears of the end by the socket.
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), POLL_MS);
    return () => clearInterval(timer);
  }, [settled, reload]);
  return read;
}
