/** What holds for a whole project: that GitHub keeps us out, that it is paused, or only rehearses. */
import type { ProjectCard } from "../models/api.ts";
import { cards, readCard } from "./cards.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { Ago } from "./parts/time.tsx";
import { api } from "./server.ts";

/** Draws nothing for a project that goes on as usual. */
export function Banners({ id }: { id: string }) {
  const card = useCell(cards)?.find((one) => one.id === id);
  if (card === undefined) return null;
  return (
    <>
      {card.disconnected !== null && (
        <div class="note tone-bad" role="status">
          <Icon name="slash" />
          <div>
            <strong>GitHub does not let Tidegate into {card.full_name}</strong>
            <p>
              {card.disconnected.message}, since <Ago at={card.disconnected.since} />. Nothing runs and
              nothing is merged until it does again.
            </p>
          </div>
        </div>
      )}
      {card.paused_by !== null && <Paused card={card} by={card.paused_by} />}
      {card.dry_run && (
        <div class="note tone-busy">
          <Icon name="merge" />
          <div>
            <strong>Dry run</strong>
            <p>
              Everything runs and says what would be merged; nothing is merged.{" "}
              <a href={`/projects/${id}/settings`}>Change it in the settings</a>
            </p>
          </div>
        </div>
      )}
    </>
  );
}

function Paused({ card, by }: { card: ProjectCard; by: string }) {
  const resume = useAct(async () => {
    await api.resume(card.id);
    await readCard(card.id);
  });
  return (
    <div class="note tone-warn" role="status">
      <Icon name="hand" />
      <div>
        <strong>Paused by {by}</strong>
        <p>Nothing begins and nothing is merged until it is resumed; what runs goes on to its end.</p>
        <Refusal error={resume.error} />
      </div>
      <button type="button" class="small" disabled={resume.busy} onClick={() => resume.run()}>
        {resume.busy ? "Resuming…" : "Resume"}
      </button>
    </div>
  );
}

/** Stops a project for a while; it is not asked for twice, because it is undone by one click. */
export function Pause({ card }: { card: ProjectCard }) {
  const pause = useAct(async () => {
    await api.pause(card.id);
    await readCard(card.id);
  });
  if (card.paused_by !== null) return null;
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={pause.busy}
        title="Nothing begins and nothing is merged until it is resumed"
        onClick={() => pause.run()}
      >
        {pause.busy ? "Pausing…" : "Pause"}
      </button>
      <Refusal error={pause.error} />
    </>
  );
}
