/** The bell: how many notifications are unread, and the list of them. */
import { useRef } from "preact/hooks";
import { cards } from "./cards.ts";
import { marked, type Notice, notices, placeOf } from "./notices.ts";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { Ago } from "./parts/time.tsx";
import { count, type Shape, type Tone } from "./words.ts";

const LEVELS: Record<Notice["level"], { word: string; tone: Tone; shape: Shape }> = {
  info: { word: "Information", tone: "quiet", shape: "dash" },
  success: { word: "Success", tone: "good", shape: "check" },
  warning: { word: "Warning", tone: "warn", shape: "hand" },
  error: { word: "Error", tone: "bad", shape: "cross" },
};

export function Bell() {
  const all = useCell(notices);
  const list = useRef<HTMLDivElement>(null);
  const unread = all.filter((notice) => !notice.read).length;
  const open = (id: string): void => {
    notices.update((now) => marked(now, id));
    list.current?.hidePopover();
  };
  return (
    <>
      <button
        type="button"
        class="plain small square bell"
        popovertarget="bell"
        data-bell
        aria-label={unread === 0 ? "Notifications" : `Notifications, ${unread} unread`}
      >
        <Icon name="bell" />
        {unread > 0 && <span class="unread number">{unread > 99 ? "99+" : unread}</span>}
      </button>
      <span class="unseen" aria-live="polite">
        {unread > 0 ? count(unread, "unread notification") : ""}
      </span>
      <div id="bell" ref={list} popover="auto" class="menu notices">
        <header>
          <h2>Notifications</h2>
          <button
            type="button"
            class="small"
            disabled={unread === 0}
            onClick={() => notices.update((now) => marked(now))}
          >
            Mark all as read
          </button>
        </header>
        {all.length === 0 && (
          <p class="quiet">Nothing yet. What runs, validations and merges come to appears here.</p>
        )}
        <ul>
          {all.map((notice) => (
            <Item key={notice.id} notice={notice} open={open} />
          ))}
        </ul>
      </div>
    </>
  );
}

function Item({ notice, open }: { notice: Notice; open: (id: string) => void }) {
  const level = LEVELS[notice.level];
  const name = useCell(cards)?.find((card) => card.id === notice.project_id)?.name ?? notice.project_id;
  return (
    <li class={notice.read ? "" : "new"}>
      <a href={placeOf(notice)} onClick={() => open(notice.id)}>
        <span class={`tone-${level.tone}`}>
          <Icon name={level.shape} />
          <span class="unseen">
            {level.word}
            {notice.read ? "" : ", unread"}:
          </span>
        </span>
        <span class="grow">
          {notice.message}
          <span class="quiet meta">
            {name} · <Ago at={notice.at} />
          </span>
        </span>
      </a>
    </li>
  );
}
