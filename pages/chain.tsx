/** The chain of evidence: the ids that tie a webhook to a merge, to be copied into an audit. */
import type { ValidationDetail } from "../models/validation.ts";
import { Copyable, CopyButton } from "./parts/copy.tsx";

/** The links of the chain, in the order in which they came about; null: not there. */
export function links(detail: ValidationDetail): [name: string, value: string | null][] {
  const { check_run_id, tested_base_sha } = detail;
  return [
    ["Webhook delivery", detail.delivery_id],
    ["Agent run", detail.agent_run_id],
    ["Validation", detail.id],
    ["Head commit", detail.head_sha],
    ["Base commit", detail.base_sha],
    ...(tested_base_sha === null ? [] : [testedWith(tested_base_sha)]),
    ["Configuration digest", detail.config_digest],
    ["Snapshot", detail.snapshot_id],
    ["Check run", check_run_id === null ? null : String(check_run_id)],
    ["Merge commit", detail.merge_commit_sha],
  ];
}

const testedWith = (sha: string): [string, string] => ["Tested with the base at", sha];

export function Chain({ detail }: { detail: ValidationDetail }) {
  const all = links(detail);
  const text = (): string => all.map(([name, value]) => `${name}: ${value ?? "none"}`).join("\n");
  return (
    <section class="chain">
      <div class="bar-line">
        <h2 class="section">Chain of evidence</h2>
        <CopyButton text={text} label="Copy the whole chain" words="Copy all" />
      </div>
      <dl class="facts">
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value === null ? <span class="quiet">none</span> : <Copyable text={value} label={name} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
