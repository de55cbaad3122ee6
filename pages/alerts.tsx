/** What Tidegate itself is worried about, on every screen. */
import { useEffect } from "preact/hooks";
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
  if (data === null) return null;
  return (
    <>
      {data.map(({ kind, message, since }) => (
        <div key={`${kind} ${message}`} class="note tone-bad" role="alert">
          <Icon name="alert" />
          <div>
            <strong>{message}</strong>{" "}
            <span class="quiet">
              since <Ago at={since} />
            </span>
          </div>
        </div>
      ))}
    </>
  );
}
