/** The list of projects in the header: to see how each is, and to go to it. */

import { useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { cards } from "./cards.ts";
import { Badge } from "./parts/badge.tsx";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { verdict } from "./words.ts";

export function Jump() {
  const all = useCell(cards);
  const { path } = useLocation();
  const list = useRef<HTMLDivElement>(null);
  const here = all?.find(
    (card) => path === `/projects/${card.id}` || path.startsWith(`/projects/${card.id}/`),
  );
  if (all === null || all.length === 0) return null;
  return (
    <>
      <button type="button" class="jump plain" popovertarget="jump">
        <span class="clip">{here?.name ?? "All projects"}</span>
        <Icon name="down" />
      </button>
      <div id="jump" ref={list} popover="auto" class="menu">
        <nav aria-label="Projects">
          {[{ id: "", name: "All projects" }]
            .concat(all.map(({ id, name }) => ({ id, name })))
            .map(({ id, name }) => {
              const last = all.find((card) => card.id === id)?.last_validation ?? null;
              return (
                <a
                  key={id}
                  href={id === "" ? "/" : `/projects/${id}`}
                  aria-current={(here?.id ?? "") === id ? "page" : undefined}
                  onClick={() => list.current?.hidePopover()}
                >
                  <span class="clip">{name}</span>
                  {last !== null && <Badge mark={verdict(last)} bare />}
                </a>
              );
            })}
        </nav>
      </div>
    </>
  );
}
