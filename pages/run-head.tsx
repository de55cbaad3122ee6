/** The head of a run: its goal, who works on it, and what it used. */
import type { RunDetail } from "../models/run.ts";
import { agentName } from "./agents.ts";
import { cards } from "./cards.ts";
import { heading } from "./goal.ts";
import { useCell } from "./parts/cell.ts";
import { CopyButton } from "./parts/copy.tsx";
import { Fold } from "./parts/fold.tsx";
import { Ago } from "./parts/time.tsx";
import { pullPath } from "./paths.ts";
import { Figures } from "./run-figures.tsx";
import { api } from "./server.ts";

const SOURCES: Record<RunDetail["source"], string> = {
  dashboard: "on the dashboard",
  api: "by the API",
  cli: "on the command line",
  comment: "by a comment",
  label: "by a label",
};

export function RunHead({ run }: { run: RunDetail }) {
  const name = useCell(cards)?.find((card) => card.id === run.project_id)?.name ?? run.project_id;
  const { title, rest } = heading(run.target_text);
  return (
    <div class="head pull run-head">
      <div class="grow">
        <a class="quiet" href={`/projects/${run.project_id}/runs`}>
          ← {name}
        </a>
        <h1>
          {title} <CopyButton text={() => run.target_text} label="Copy the goal" />
        </h1>
        <div class="meta quiet">
          <span>{agentName(run.agent)}</span>
          <span>
            asked for by {run.by} {SOURCES[run.source]}
            {run.issue !== null && ` of #${run.issue}`} <Ago at={run.created_at} />
          </span>
          {run.pr_number !== null && (
            <a class="number" href={pullPath(run.project_id, run.pr_number)}>
              pull request #{run.pr_number}
            </a>
          )}
          {run.branch !== null && <code>{run.branch}</code>}
        </div>
        {rest !== null && <Fold summary="The whole goal">{() => <p class="prose">{rest}</p>}</Fold>}
        <Given run={run} />
        {run.agent !== null && <Figures run={run} />}
      </div>
    </div>
  );
}

/** The files and images that came with the goal. */
function Given({ run: { id, files, images } }: { run: RunDetail }) {
  if (files.length === 0 && images.length === 0) return null;
  return (
    <>
      {files.length > 0 && (
        <p class="meta given">
          <span class="quiet">About</span>
          {files.map((file) => (
            <code key={file}>{file}</code>
          ))}
        </p>
      )}
      <ul class="thumbs">
        {images.map((image) => (
          <li key={image}>
            <a href={api.runImageUrl(id, image)} target="_blank" rel="noreferrer">
              <img src={api.runImageUrl(id, image)} alt={image} />
              <span class="unseen">(new tab)</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
