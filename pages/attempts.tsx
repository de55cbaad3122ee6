/** All validations of a pull request, newest first, to choose one. */
import type { PullSummary } from "../models/pull.ts";
import type { Validation } from "../models/validation.ts";
import { Badge } from "./parts/badge.tsx";
import { Ago } from "./parts/time.tsx";
import { short, verdict } from "./words.ts";

export type AttemptsProps = { pull: PullSummary; validations: Validation[]; chosen: string | null };

export function Attempts({ pull, validations, chosen }: AttemptsProps) {
  if (validations.length === 0) return null;
  const path = `/projects/${pull.project_id}/pulls/${pull.number}`;
  return (
    <nav class="attempts" aria-label="Validations of this pull request">
      <h2 class="section">
        Validations <span class="quiet number">{validations.length}</span>
      </h2>
      <ul>
        {validations.map((one, index) => (
          <li key={one.id}>
            <a
              href={index === 0 ? path : `${path}?v=${encodeURIComponent(one.id)}`}
              aria-current={one.id === chosen ? "true" : undefined}
            >
              <Badge mark={verdict(one)} bare />
              <span class="quiet meta">
                <code>{short(one.head_sha)}</code>
                <span class="number">attempt {one.attempt}</span>
                <Ago at={one.created_at} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
