/** What proves that a step ran, to be read by a person. What is not there is not drawn, and never taken as good. */
import type { ComponentChildren } from "preact";
import type { CommandEvidence, Evidence, StepRecord } from "../models/step.ts";
import { BrowserEvidence } from "./evidence-browser.tsx";
import { JudgeEvidence, MergeEvidence } from "./evidence-merge.tsx";
import { Tests } from "./evidence-tests.tsx";
import { Copyable } from "./parts/copy.tsx";
import { bytes, duration } from "./parts/time.ts";
import { api } from "./server.ts";
import { count, short } from "./words.ts";

export function EvidenceView({ step, evidence }: { step: StepRecord; evidence: Evidence }) {
  return (
    <div class="evidence">
      <Facts evidence={evidence} />
      <Tests evidence={evidence} />
      {evidence.commands !== undefined && evidence.commands.length > 0 && (
        <Commands all={evidence.commands} />
      )}
      <BrowserEvidence step={step} evidence={evidence} />
      <JudgeEvidence evidence={evidence} />
      <MergeEvidence evidence={evidence} />
      <Artifacts step={step} evidence={evidence} />
    </div>
  );
}

const ISOLATIONS = {
  bubblewrap: "bubblewrap: own mounts, processes and users",
  container: "a container that is thrown away",
  none: "none: process groups and a clean environment only",
} as const;

/** What the commands reached, and whether anything kept them to it. */
function reachOf({ egress, network = "none" }: Evidence): string {
  if (egress === "unconfined") return "not confined: whatever the sandbox host reaches";
  if (network === "none") return "a loopback of its own";
  return network === "open" ? "the public internet, by way of the host" : network.allow.join(", ");
}

function Facts({ evidence }: { evidence: Evidence }) {
  const { container_id, head_sha, snapshot_id, config_digest, check_run_id } = evidence;
  return (
    <dl class="facts">
      <Fact name="Worked for">{duration(evidence.duration_ms)}</Fact>
      {evidence.isolation && <Fact name="Isolation">{ISOLATIONS[evidence.isolation]}</Fact>}
      {evidence.egress && <Fact name="Network">{reachOf(evidence)}</Fact>}
      {container_id !== undefined && (
        <Fact name="Container">
          <Copyable text={container_id} label="the container id" />
        </Fact>
      )}
      {head_sha !== undefined && (
        <Fact name="Commit">
          <Copyable text={head_sha} shown={short(head_sha)} label="the commit" />
        </Fact>
      )}
      {evidence.base_sha !== undefined && (
        <Fact name="Tested with the base at">
          <Copyable text={evidence.base_sha} shown={short(evidence.base_sha)} label="the tip of the base" />
        </Fact>
      )}
      {evidence.merge_sha !== undefined && (
        <Fact name="As GitHub's merge of both">
          <Copyable text={evidence.merge_sha} shown={short(evidence.merge_sha)} label="the merge of both" />
        </Fact>
      )}
      {evidence.tree_sha !== undefined && (
        <Fact name="Its tree">
          <Copyable text={evidence.tree_sha} shown={short(evidence.tree_sha)} label="the git tree" />
        </Fact>
      )}
      {evidence.archive_files !== undefined && (
        <Fact name="Source">{count(evidence.archive_files, "file")}</Fact>
      )}
      {evidence.snapshot && (
        <Fact name="Workspace">
          {evidence.snapshot === "warm" ? "warm: set up before, restored" : "cold: set up from nothing"}
        </Fact>
      )}
      {snapshot_id !== undefined && (
        <Fact name="Snapshot">
          <Copyable text={snapshot_id} label="the snapshot id" />
        </Fact>
      )}
      {evidence.config_source !== undefined && <Fact name="Configuration">{evidence.config_source}</Fact>}
      {config_digest !== undefined && (
        <Fact name="Its digest">
          <Copyable
            text={config_digest}
            shown={config_digest.replace(/^sha256:/, "").slice(0, 12)}
            label="the configuration's digest"
          />
        </Fact>
      )}
      {evidence.browser !== undefined && <Fact name="Browser">{evidence.browser}</Fact>}
      {check_run_id !== undefined && (
        <Fact name="Check run">
          <Copyable text={String(check_run_id)} label="the check run id" />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Commands({ all }: { all: CommandEvidence[] }) {
  return (
    <section>
      <h4>Commands</h4>
      <ul class="commands">
        {all.map((one, index) => (
          <li key={index}>
            <code class="grow">{one.command}</code>
            <span class={`number ${one.exit_code === 0 ? "" : "tone-bad"}`}>{ended(one)}</span>
            <span class="quiet number">{duration(one.duration_ms)}</span>
            <span class="quiet number" title="The highest memory of all its processes">
              {bytes(one.peak_memory_bytes)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How a command ended, in the host's words. */
function ended(one: CommandEvidence): string {
  if (one.end !== "exited") return `killed: ${one.end}`;
  return one.exit_code === null ? `signal ${one.signal ?? "unknown"}` : `exit ${one.exit_code}`;
}

/** Files the step left, other than the pictures that its flows show. */
function Artifacts({ step, evidence }: { step: StepRecord; evidence: Evidence }) {
  const shown = new Set(evidence.flows?.flatMap((flow) => flow.screenshots));
  const others = evidence.artifacts?.filter((name) => !shown.has(name)) ?? [];
  if (others.length === 0) return null;
  return (
    <section>
      <h4>Files</h4>
      <ul class="list">
        {others.map((name) => (
          <li key={name}>
            <a href={api.artifactUrl(step.validation_id, name)} target="_blank" rel="noreferrer">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
