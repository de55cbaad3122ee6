/** What the browser saw: the flows with their pictures, and what went wrong behind them. */
import { useState } from "preact/hooks";
import type { Evidence, FlowEvidence, StepRecord } from "../models/step.ts";
import { Badge } from "./parts/badge.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { duration } from "./parts/time.ts";
import { api } from "./server.ts";
import { count, STEP_MARKS } from "./words.ts";

export function BrowserEvidence({ step, evidence }: { step: StepRecord; evidence: Evidence }) {
  const { flows = [], page_errors = [], failed_requests = [] } = evidence;
  return (
    <>
      {flows.length > 0 && (
        <section>
          <h4>User flows</h4>
          <ul class="flows">
            {flows.map((flow) => (
              <Flow key={flow.name} flow={flow} validation={step.validation_id} />
            ))}
          </ul>
        </section>
      )}
      <Lines title="Errors of the page" lines={page_errors} />
      <Lines title="Requests that failed" lines={failed_requests} />
    </>
  );
}

function Flow({ flow, validation }: { flow: FlowEvidence; validation: string }) {
  const [opened, open] = useState<string | null>(null);
  return (
    <li>
      <div class="flow-line">
        <Badge mark={flow.passed ? STEP_MARKS.passed : STEP_MARKS.failed} bare />
        <strong class="grow">{flow.name}</strong>
        <span class="quiet number">
          {count(flow.actions, "action")} · {duration(flow.duration_ms)}
        </span>
      </div>
      {flow.failure !== null && <p class="tone-bad">{flow.failure}</p>}
      {flow.screenshots.length > 0 && (
        <div class="shots">
          {flow.screenshots.map((name) => (
            <button type="button" key={name} onClick={() => open(name)} title={name}>
              <img
                src={api.artifactUrl(validation, name)}
                alt={`Screenshot ${name} of “${flow.name}”: open it large`}
                loading="lazy"
                width="160"
                height="100"
              />
            </button>
          ))}
        </div>
      )}
      {opened !== null && (
        <Dialog title={opened} close={() => open(null)} wide>
          <a href={api.artifactUrl(validation, opened)} target="_blank" rel="noreferrer">
            <img
              class="large"
              src={api.artifactUrl(validation, opened)}
              alt={`Screenshot ${opened} of “${flow.name}”`}
            />
          </a>
        </Dialog>
      )}
    </li>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <ul class="list tone-bad">
        {lines.map((line, index) => (
          <li key={index}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
