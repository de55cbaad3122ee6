/** What Tidegate itself is worried about, on every screen. */
import { useEffect } from "preact/hooks";
import { cards } from "./cards.ts";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { useLoad } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { api } from "./server.ts";

/** An alert is about hours of silence: nobody needs it within seconds. */
const POLL_MS = 60_000;

export function Alerts() {
  const { data, reload } = useLoad("alerts", () => api.alerts());
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), POLL_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const all = useCell(cards);
  if (data === null) return null;
  return (
    <>
      {data.map(({ project_id, kind, message, since }) => (
        <div key={`${project_id} ${kind}`} class="note tone-bad" role="alert">
          <Icon name="alert" />
          <div>
            <strong>{message}</strong>
            <p class="meta quiet">
              <a href={`/projects/${project_id}/deliveries`}>
                {all?.find((card) => card.id === project_id)?.name ?? project_id}
              </a>
              <span>
                noticed <Ago at={since} />
              </span>
            </p>
          </div>
        </div>
      ))}
    </>
  );
}
