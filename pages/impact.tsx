/** What this may break: the code graph's answer about a change, before somebody asks. */
import type { ComponentChildren } from "preact";
import type { Analysis } from "../models/analysis.ts";
import type { PullSummary } from "../models/pull.ts";
import type { ValidationDetail } from "../models/validation.ts";
import { impactView, lineUrl, reachText, riskMark, SEVERITY_MARKS } from "./impact.ts";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { count, short } from "./words.ts";

export function Impact({ detail, pull }: { detail: ValidationDetail; pull: PullSummary }) {
  const view = impactView(detail);
  // Nothing is analyzed while a person is waited for.
  if (view.kind === "none" || detail.waits !== null) return null;
  return (
    <section class="impact" aria-labelledby="impact-title" aria-busy={view.kind === "waiting"}>
      <h2 id="impact-title" class="section">
        What this may break
      </h2>
      <div class="impact-body">
        {view.kind === "waiting" && (
          <>
            <p class="quiet" role="status">
              {view.words}
            </p>
            <div class="waiting" aria-hidden="true">
              <span class="bar" />
              <span class="bar" />
              <span class="bar" />
            </div>
          </>
        )}
        {view.kind === "lost" && (
          <div class="impact-lost tone-warn">
            <Icon name="alert" />
            <div>
              <strong>It is not known what this may break</strong>
              <p>{view.words}</p>
            </div>
          </div>
        )}
        {view.kind === "found" && <Found found={view.found} pull={pull} />}
      </div>
    </section>
  );
}

function Found({ found, pull }: { found: Analysis; pull: PullSummary }) {
  const { risk, totals, severities } = found;
  const worst = (["error", "warning", "note"] as const).find((one) => severities[one] > 0) ?? null;
  const link = (path: string, lines?: [number, number]) => lineUrl(pull.html_url, found.sha, path, lines);
  return (
    <>
      <div class="impact-head">
        {risk === null ? (
          <Badge mark={{ word: "Risk not known", tone: "quiet", shape: "question" }} />
        ) : (
          <Badge mark={riskMark(risk)} />
        )}
        {worst !== null && (
          <Badge mark={{ ...SEVERITY_MARKS[worst], word: count(totals.findings, "new finding") }} />
        )}
      </div>
      <p>{reachText(found)}</p>
      {risk !== null && (
        <ul class="impact-reasons quiet" aria-label="Why the risk is judged so">
          {risk.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div class="impact-groups">
        <Group title="New findings" total={totals.findings}>
          {found.findings.map(({ rule, severity, message, path, lines }) => (
            <li key={`${rule} ${path} ${lines[0]}`}>
              <Badge mark={SEVERITY_MARKS[severity]} bare />
              <Out href={link(path, lines)}>{`${path}:${lines[0]}`}</Out>
              <code class="quiet">{rule}</code>
              <span class="impact-words">{message}</span>
            </li>
          ))}
        </Group>
        <Group title="Changed definitions" total={totals.changed_symbols}>
          {found.changed_symbols.map(({ id, name, path, lines, change, type, ...symbol }) => (
            <li key={id}>
              <Out href={link(path, lines)}>{type === "file" ? path : name}</Out>
              <span class="quiet">
                {type === "file" ? "" : `${path}, `}
                {symbol["x-new"] === true ? "new" : CHANGES[change]}
              </span>
            </li>
          ))}
        </Group>
        <Group title="Affected files" total={totals.affected_files}>
          {found.affected_files.map(({ path, impact_type, distance, weak }) => (
            <li key={path}>
              <Out href={link(path)}>{path}</Out>
              <span class="quiet">
                {weak
                  ? "imports it, no use is known"
                  : impact_type === "direct"
                    ? "directly"
                    : `over ${distance} steps`}
              </span>
              <Symbols found={found} path={path} />
            </li>
          ))}
        </Group>
        <Group title="Tests to run" total={totals.tests}>
          {found.tests.map(({ path, by }) => (
            <li key={path}>
              <Out href={link(path)}>{path}</Out>
              {by === "name" && <span class="quiet">by its name</span>}
            </li>
          ))}
        </Group>
        <Group title="Owners" total={found.owners.length}>
          {found.owners.map(({ owner, changed, affected }) => (
            <li key={owner}>
              <span>{owner}</span>
              <span class="quiet number">
                {changed} changed, {affected} affected
              </span>
            </li>
          ))}
        </Group>
        <Group title="What is not sure" total={found.notes.length}>
          {found.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </Group>
      </div>
      <p class="quiet impact-foot">
        Code graph of <code>{short(found.sha)}</code>, compared with <code>{short(found.base_sha)}</code>.
      </p>
    </>
  );
}

const CHANGES = {
  signature: "its header changed",
  body: "its body changed",
  deleted: "deleted",
  module: "code outside of functions changed",
  file: "the file changed",
  unknown: "changed",
} as const;

/** The definitions of a file that are reached, as far as they are listed. */
function Symbols({ found, path }: { found: Analysis; path: string }) {
  const names = found.affected_symbols.filter(
    ({ name, ...symbol }) => symbol.path === path && symbol.type !== "file" && !name.startsWith("<"),
  );
  if (names.length === 0) return null;
  return <span class="quiet impact-words">{names.map((symbol) => symbol.name).join(", ")}</span>;
}

type GroupProps = { title: string; total: number; children: ComponentChildren[] };

/** A list that opens; nothing is drawn of an empty one. */
function Group({ title, total, children }: GroupProps) {
  if (total === 0) return null;
  const rest = total - children.length;
  return (
    <details class="impact-group">
      <summary data-row>
        {title} <span class="quiet number">{total}</span>
      </summary>
      <ul class="list">{children}</ul>
      {rest > 0 && <p class="quiet number">and {rest} more</p>}
    </details>
  );
}

function Out({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      <code>{children}</code>
      <span class="unseen"> (new tab)</span>
    </a>
  );
}
