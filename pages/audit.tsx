/** What was done or refused in a project, by whom. Rows are only ever added. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ProjectCard } from "../models/api.ts";
import type { AuditFilter, AuditRow } from "../models/audit.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { auditPath, filterIn, PIECE, withNewest, withOlder } from "./audit-rows.ts";
import { listen } from "./hub.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { debounce } from "./parts/debounce.ts";
import { Load, useFresh, useLoad } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { targetPath } from "./paths.ts";
import { api } from "./server.ts";

export function Audit({ project: { id } }: { project: ProjectCard }) {
  const { query, route } = useLocation();
  const filter = filterIn(query);
  return (
    <>
      <div class="bar-line">
        <p class="quiet">Every row names the one before it, so that none can be changed or left out.</p>
        <a href={api.auditUrl(id)} download>
          Download all of it, signed
        </a>
      </div>
      <AuditFilters filter={filter} set={(next) => route(auditPath(id, next), true)} />
      <Rows key={auditPath(id, filter)} project={id} filter={filter} />
    </>
  );
}

function Rows({ project, filter }: { project: string; filter: AuditFilter }) {
  const shown = useRef<readonly AuditRow[]>([]);
  const rows = useLoad<readonly AuditRow[]>(project, async () =>
    withNewest(await api.audit(project, filter, PIECE), shown.current),
  );
  shown.current = rows.data ?? [];
  const [whole, end] = useState(false);
  const older = useAct(async () => {
    const piece = await api.audit(project, filter, PIECE, shown.current.at(-1)?.id);
    rows.change((now) => withOlder(now, piece));
    end(piece.length < PIECE);
  });
  const { reload } = rows;
  useFresh(reload);
  useEffect(() => {
    const again = debounce(reload, 500);
    return listen(project, { event: again, reset: again });
  }, [project, reload]);
  return (
    <Load from={rows} what="the audit">
      {(all) => (
        <>
          {all.length === 0 ? (
            <Nothing filter={filter} />
          ) : (
            <ol class="rows">
              {all.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ol>
          )}
          <Refusal error={older.error} />
          {all.length >= PIECE && !whole && (
            <div class="actions">
              <button type="button" disabled={older.busy} onClick={() => older.run()}>
                {older.busy ? "Reading…" : "Show older ones"}
              </button>
            </div>
          )}
        </>
      )}
    </Load>
  );
}

function Nothing({ filter }: { filter: AuditFilter }) {
  if (Object.values(filter).some((value) => value !== undefined))
    return <p class="quiet">No row is like that.</p>;
  return (
    <div class="empty">
      <h2>Nothing was done yet</h2>
      <p>Whatever a person or Tidegate itself does in this project is written down here, and stays.</p>
    </div>
  );
}

function Row({ row: { project_id, at, actor, action, target, detail } }: { row: AuditRow }) {
  const page = targetPath(project_id, target);
  return (
    <li class="row" data-row tabIndex={-1}>
      <div class="grow">
        <span class="name">
          <code>{action}</code>
        </span>
        <div class="meta quiet">
          <span>by {actor}</span>
          {page === null ? (
            <code>{target}</code>
          ) : (
            <a href={page}>
              <code>{target}</code>
            </a>
          )}
        </div>
        {detail !== "" && <div class="why quiet">{detail}</div>}
      </div>
      <div class="state">
        <span class="quiet meta">
          <Ago at={at} />
        </span>
      </div>
    </li>
  );
}
