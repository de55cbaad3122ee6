/** The pull requests of a project, kept up to date by events. */
import { useEffect } from "preact/hooks";
import type { PullWithValidations } from "../models/api.ts";
import { pullsAfter } from "./events.ts";
import { listen } from "./hub.ts";
import { type Loaded, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** Reads the pull requests of a project and follows them; of null nothing is read. */
export function usePulls(project: string | null): Loaded<PullWithValidations[]> {
  const pulls = useLoad(project, () => api.pulls(project ?? ""));
  const { reload, change } = pulls;
  useEffect(() => {
    if (project === null) return;
    return listen(project, { event: (event) => change((now) => pullsAfter(now, event)), reset: reload });
  }, [project, reload, change]);
  return pulls;
}
