/** One project: its pull requests, runs, deliveries and settings. */
import { useEffect, useRef } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import { Audit } from "./audit.tsx";
import { cards, putCard } from "./cards.ts";
import { Deliveries } from "./deliveries.tsx";
import { settingsIn } from "./events.ts";
import { listen } from "./hub.ts";
import { Badge } from "./parts/badge.tsx";
import { useCell } from "./parts/cell.ts";
import { debounce } from "./parts/debounce.ts";
import { Icon } from "./parts/icon.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { useTitle } from "./parts/title.ts";
import { Banners, Pause } from "./pause.tsx";
import { Pulls } from "./pulls.tsx";
import { Quarantine } from "./quarantine.tsx";
import { Queues } from "./queue.tsx";
import { Runs } from "./runs.tsx";
import { api } from "./server.ts";
import { Settings } from "./settings.tsx";

const TABS = [
  { id: "", name: "Pull requests" },
  { id: "queue", name: "Merge queue" },
  { id: "runs", name: "Runs" },
  { id: "quarantine", name: "Quarantine" },
  { id: "deliveries", name: "Deliveries" },
  { id: "audit", name: "Audit" },
  { id: "settings", name: "Settings" },
] as const;

export type ProjectScreenProps = { id: string; tab?: string };

export function ProjectScreen({ id, tab = "" }: ProjectScreenProps) {
  const known = useCell(cards)?.find((card) => card.id === id);
  const read = useLoad(id, async () => {
    const card = await api.project(id);
    putCard(card);
    return card;
  });
  const here = TABS.find((one) => one.id === tab)?.id ?? "";
  const tabs = useRef<HTMLElement>(null);
  useTitle(known?.name ?? id);
  useEffect(() => {
    const reload = debounce(read.reload, 300);
    return listen(id, { reset: reload, event: (event) => settingsIn(event) && reload() });
  }, [id, read.reload]);
  useEffect(() => {
    // On a narrow screen the tabs scroll: the one that is open must be seen.
    tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here, known === undefined]);
  return (
    <Load from={{ ...read, data: known ?? read.data }} what="the project">
      {(card) => (
        <>
          <div class="head project">
            <div>
              <h1>{card.name}</h1>
              <a class="quiet" href={card.github_url} target="_blank" rel="noreferrer">
                {card.full_name} <Icon name="out" />
                <span class="unseen">(on GitHub, new tab)</span>
              </a>
            </div>
            <div class="flags">
              <Flag on={card.validation_enabled} word="Validation" />
              <Flag on={card.auto_merge_enabled} word="Auto-merge" />
              <Pause card={card} />
            </div>
          </div>
          <Banners id={id} />
          <nav class="tabs" aria-label="Parts of the project" ref={tabs}>
            {TABS.map(({ id: name, name: label }) => (
              <a
                key={name}
                href={`/projects/${id}${name === "" ? "" : `/${name}`}`}
                aria-current={here === name ? "page" : undefined}
              >
                {label} <Waits number={waits(card, name)} />
              </a>
            ))}
          </nav>
          {here === "" && <Pulls project={card} />}
          {here === "queue" && <Queues project={card} />}
          {here === "quarantine" && <Quarantine project={card} />}
          {here === "audit" && <Audit key={id} project={card} />}
          {here === "runs" && <Runs project={card} />}
          {here === "deliveries" && <Deliveries project={card} />}
          {here === "settings" && read.data !== null && (
            <Settings
              key={id}
              project={read.data}
              saved={(answer) => {
                putCard({ ...card, ...answer });
                read.change((now) => ({ ...now, ...answer }));
              }}
            />
          )}
        </>
      )}
    </Load>
  );
}

/** How many decisions wait on a tab. */
function waits({ waiting }: ProjectCard, tab: (typeof TABS)[number]["id"]): number {
  return tab === "runs" ? waiting.runs : tab === "" ? waiting.merges : 0;
}

function Waits({ number }: { number: number }) {
  if (number === 0) return null;
  return (
    <span class="waits number">
      {number}
      <span class="unseen"> {number === 1 ? "waits" : "wait"} for you</span>
    </span>
  );
}

function Flag({ on, word }: { on: boolean; word: string }) {
  return (
    <Badge
      mark={{
        word: `${word} ${on ? "on" : "off"}`,
        tone: on ? "good" : "quiet",
        shape: on ? "check" : "dash",
      }}
      bare
    />
  );
}
