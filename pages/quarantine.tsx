/** The tests of a project that may fail for a while, each with whoever mends it and until when. */
import { useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import type { Quarantine as Entry } from "../models/quarantine.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Badge } from "./parts/badge.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Icon } from "./parts/icon.tsx";
import { Load, useFresh, useLoad } from "./parts/load.tsx";
import { Ago, useTick } from "./parts/time.tsx";
import { QuarantineForm } from "./quarantine-form.tsx";
import { api } from "./server.ts";

export function Quarantine({ project }: { project: ProjectCard }) {
  const list = useLoad(project.id, () => api.quarantine(project.id));
  useFresh(list.reload);
  const [editing, edit] = useState<Entry | "" | null>(null);
  const [removing, ask] = useState<string | null>(null);
  const remove = useAct(async (test: string) => {
    await api.removeFromQuarantine(project.id, test);
    ask(null);
    list.reload();
  });
  return (
    <>
      <div class="bar-line">
        <p class="quiet">Tests that are known to be flaky. They are run as ever, and hold no merge alone.</p>
        <button type="button" onClick={() => edit("")}>
          <Icon name="plus" />
          Quarantine a test
        </button>
      </div>
      <Load from={list} what="the quarantine list">
        {(all) =>
          all.length === 0 ? (
            <div class="empty">
              <h2>No test is quarantined</h2>
              <p>
                A test that failed and then passed at the same commit is flaky, and holds the merge for a
                person. One that is known can be put here, with whoever mends it and until when.
              </p>
            </div>
          ) : (
            <Rows all={all} renew={edit} ask={ask} />
          )
        }
      </Load>
      {editing !== null && (
        <QuarantineForm project={project.id} of={editing} close={() => edit(null)} added={list.reload} />
      )}
      {removing !== null && (
        <Confirm
          title="Take it off the list?"
          say={
            <>
              From the next validation on, <code>{removing}</code> counts again: when it is flaky, a person is
              asked.
            </>
          }
          yes="Take it off"
          busy={remove.busy}
          act={() => remove.run(removing)}
          close={() => ask(null)}
        >
          <Refusal error={remove.error} />
        </Confirm>
      )}
    </>
  );
}

/** What has expired comes first: it does nothing any more, and somebody promised to mend it. */
function Rows({ all, ...acts }: { all: Entry[] } & Acts) {
  useTick(60_000);
  const now = Date.now();
  return (
    <ul class="rows">
      {[...all]
        .sort((a, b) => a.expires_at - b.expires_at)
        .map((one) => (
          <Row key={one.test} one={one} expired={one.expires_at <= now} {...acts} />
        ))}
    </ul>
  );
}

type Acts = { renew: (one: Entry) => void; ask: (test: string) => void };
type RowProps = { one: Entry; expired: boolean } & Acts;

function Row({ one, expired, renew, ask }: RowProps) {
  const { test, owner, reason, expires_at } = one;
  return (
    <li class="row" data-row tabIndex={-1}>
      <div class="grow">
        <code class="name">{test}</code>
        <div class="meta quiet">
          <span>mended by {owner}</span>
        </div>
        <div class="why quiet">{reason}</div>
      </div>
      <div class="state">
        <Badge
          mark={
            expired
              ? { word: "Expired", tone: "warn", shape: "alert" }
              : { word: "Quarantined", tone: "quiet", shape: "clock" }
          }
        />
        <span class="quiet meta">
          {expired ? "counts again since " : "expires "}
          <Ago at={expires_at} />
        </span>
        <div class="actions">
          <button type="button" class="small" onClick={() => renew(one)}>
            Renew<span class="unseen"> {test}</span>
          </button>
          <button type="button" class="small" onClick={() => ask(test)}>
            Take off<span class="unseen"> {test}</span>
          </button>
        </div>
      </div>
    </li>
  );
}
