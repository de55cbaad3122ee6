/** A run with its plans, turns and validations, kept up to date: events change it at once, the rest is read again. */
import { useEffect } from "preact/hooks";
import { FINAL_PHASES, type RunDetail } from "../models/run.ts";
import { runDetailAfter, runIn, validationIn } from "./events.ts";
import { listen } from "./hub.ts";
import { debounce } from "./parts/debounce.ts";
import { type Loaded, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** A turn's record follows its order without an event of its own; this often it is looked for. */
const POLL_MS = 3_000;

/** Reads a run and follows it. */
export function useRun(project: string, id: string): Loaded<RunDetail> {
  const read = useLoad(id, () => api.run(id));
  const { reload, change, data } = read;
  useEffect(() => {
    const again = debounce(reload, 300);
    return listen(project, {
      event: (event) => {
        if (runIn(event)?.id !== id && validationIn(event)?.agent_run_id !== id) return;
        change((now) => runDetailAfter(now, event));
        again();
      },
      reset: again,
    });
  }, [project, id, reload, change]);
  const moving = data !== null && isMoving(data);
  useEffect(() => {
    if (!moving) return;
    // A tab nobody looks at asks nothing; it hears of the end by the socket.
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), POLL_MS);
    return () => clearInterval(timer);
  }, [moving, reload]);
  return read;
}

/** Whether something is under way that no event tells of: a turn whose record begins, or is still open. */
function isMoving({ phase, current, turns_taken }: RunDetail): boolean {
  if (turns_taken.some((turn) => turn.state === "running")) return true;
  return !FINAL_PHASES.has(phase) && current !== null;
}
