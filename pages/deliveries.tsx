/** What GitHub's webhooks delivered, and what became of each. */
import { useEffect } from "preact/hooks";
import type { Delivery, ProjectCard } from "../models/api.ts";
import { listen } from "./hub.ts";
import { Badge } from "./parts/badge.tsx";
import { Copyable } from "./parts/copy.tsx";
import { debounce } from "./parts/debounce.ts";
import { Load, useLoad } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { api } from "./server.ts";
import { DELIVERY_MARKS, deliveryReason } from "./words.ts";

/** Most deliveries change nothing and so speak no event: they are only seen by looking. */
const POLL_MS = 10_000;

export function Deliveries({ project }: { project: ProjectCard }) {
  const deliveries = useLoad(project.id, () => api.deliveries(project.id));
  const { reload } = deliveries;
  useEffect(() => {
    const read = debounce(reload, 500);
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), POLL_MS);
    const stop = listen(project.id, { event: read, reset: read });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [project.id, reload]);
  return (
    <>
      <p class="hook">
        <span class="quiet">Webhook</span> <Copyable text={project.webhook_url} label="the webhook address" />
      </p>
      <Load from={deliveries} what="the deliveries">
        {(all) =>
          all.length === 0 ? (
            <div class="empty">
              <h2>No delivery yet</h2>
              <p>
                GitHub has sent nothing for this repository. Open a pull request or push to one; if nothing
                appears, look at the webhook's own deliveries on GitHub.
              </p>
            </div>
          ) : (
            <ul class="rows">
              {[...all]
                .sort((a, b) => b.received_at - a.received_at)
                .map((delivery) => (
                  <DeliveryRow key={delivery.id} delivery={delivery} project={project} />
                ))}
            </ul>
          )
        }
      </Load>
    </>
  );
}

function DeliveryRow({ delivery, project }: { delivery: Delivery; project: ProjectCard }) {
  const { pr_number, validation_id } = delivery;
  const opened = validation_id === null ? "" : `?v=${encodeURIComponent(validation_id)}`;
  return (
    <li class="row" data-row tabIndex={-1}>
      <div class="grow">
        <span class="name">
          <code>{delivery.event}</code>
          {delivery.action !== null && <code class="quiet"> {delivery.action}</code>}
        </span>
        <div class="meta quiet">
          {pr_number !== null && (
            <a href={`/projects/${project.id}/pulls/${pr_number}${opened}`}>pull request #{pr_number}</a>
          )}
          {validation_id !== null && <span>led to a validation</span>}
          <Copyable text={delivery.id} shown={delivery.id.slice(0, 8)} label="the delivery id" />
        </div>
        {delivery.reason !== null && <div class="why quiet">{deliveryReason(delivery.reason)}</div>}
      </div>
      <div class="state">
        <Badge mark={DELIVERY_MARKS[delivery.state]} />
        <span class="quiet meta">
          <Ago at={delivery.received_at} />
        </span>
      </div>
    </li>
  );
}
