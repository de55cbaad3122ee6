/** What was done or refused in a project, by whom. Rows are only ever added. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import type { AuditRow } from "../models/audit.ts";
import { listen } from "./hub.ts";
import { debounce } from "./parts/debounce.ts";
import { Load, useLoad } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { api } from "./server.ts";

/** More rows than anybody reads at once; the rest is a click away. */
const SHOWN = 200;

export function Audit({ project }: { project: ProjectCard }) {
  // Rows are never changed: what was read once is not read again.
  const known = useRef<readonly AuditRow[]>([]);
  const rows = useLoad(project.id, async () => {
    known.current = await readFrom(project.id, known.current);
    return known.current;
  });
  const [shown, show] = useState(SHOWN);
  const { reload } = rows;
  useEffect(() => {
    const again = debounce(reload, 500);
    return listen(project.id, { event: again, reset: again });
  }, [project.id, reload]);
  return (
    <Load from={rows} what="the audit">
      {(all) =>
        all.length === 0 ? (
          <div class="empty">
            <h2>Nothing was done yet</h2>
            <p>Whatever a person or Tidegate itself does in this project is written down here, and stays.</p>
          </div>
        ) : (
          <>
            <div class="bar-line">
              <p class="quiet">Every row names the one before it, so that none can be changed or left out.</p>
              <a href={api.auditUrl(project.id)} download>
                Download all of it, signed
              </a>
            </div>
            <ol class="rows">
              {all
                .slice(-shown)
                .reverse()
                .map((row) => (
                  <Row key={row.id} row={row} />
                ))}
            </ol>
            {all.length > shown && (
              <div class="actions">
                <button type="button" onClick={() => show(shown + SHOWN)}>
                  Show older ones
                </button>
              </div>
            )}
          </>
        )
      }
    </Load>
  );
}

function Row({ row: { at, actor, action, target, detail } }: { row: AuditRow }) {
  return (
    <li class="row" data-row tabIndex={-1}>
      <div class="grow">
        <span class="name">
          <code>{action}</code>
        </span>
        <div class="meta quiet">
          <span>by {actor}</span>
          <code>{target}</code>
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

/** All rows, oldest first, which come in pieces. */
async function readFrom(project: string, known: readonly AuditRow[]): Promise<AuditRow[]> {
  const all = [...known];
  for (;;) {
    const piece = await api.audit(project, all.at(-1)?.id ?? 0);
    all.push(...piece);
    if (piece.length === 0) return all;
  }
}
