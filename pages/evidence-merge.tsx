/** What the judge read, and what was asked of GitHub. */
import type { Evidence } from "../models/step.ts";
import { Badge } from "./parts/badge.tsx";
import { Copyable } from "./parts/copy.tsx";
import { type Mark, STEP_MARKS, STEP_NAMES, short } from "./words.ts";

export function JudgeEvidence({ evidence: { judged } }: { evidence: Evidence }) {
  if (judged === undefined) return null;
  return (
    <section>
      <h4>What the judge read</h4>
      <ul class="judged">
        {judged.map(({ kind, state, verdict }) => (
          <li key={kind}>
            <span class="step-name">{STEP_NAMES[kind].name}</span>
            <Badge mark={markOf(state)} bare />
            <span class="grow">{verdict}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The judge's word for a state may be one this page does not know: it is shown as it is. */
function markOf(state: string): Mark {
  const known = Object.entries(STEP_MARKS).find(([name]) => name === state);
  return known?.[1] ?? { word: state, tone: "quiet", shape: "question" };
}

export function MergeEvidence({ evidence }: { evidence: Evidence }) {
  const { merge_request: asked, merge_commit_sha: commit } = evidence;
  if (asked === undefined && commit === undefined) return null;
  return (
    <section>
      <h4>Merge</h4>
      <dl class="facts">
        {asked !== undefined && (
          <>
            <div>
              <dt>Asked to merge</dt>
              <dd>
                exactly{" "}
                <Copyable text={asked.sha} shown={short(asked.sha)} label="the commit asked to merge" /> by{" "}
                {asked.method}
              </dd>
            </div>
            <div>
              <dt>GitHub answered</dt>
              <dd>
                <span class="number">{asked.status}</span> {asked.message}
              </dd>
            </div>
          </>
        )}
        {commit !== undefined && (
          <div>
            <dt>Merge commit</dt>
            <dd>
              <Copyable text={commit} shown={short(commit)} label="the merge commit" />
            </dd>
          </div>
        )}
        {evidence.merge_parents !== undefined && (
          <div>
            <dt>Its parents</dt>
            <dd>
              {evidence.merge_parents.map((sha) => (
                <Copyable key={sha} text={sha} shown={short(sha)} label="a parent of the merge commit" />
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
