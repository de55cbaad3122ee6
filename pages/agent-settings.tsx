/** The settings of whoever writes: which agent, what it is told, what it may use. */
import { useEffect } from "preact/hooks";
import type { AgentOffer } from "../models/agent.ts";
import type { ProjectCard } from "../models/api.ts";
import { LimitsFields } from "./limits-fields.tsx";
import { Field, Toggle } from "./parts/field.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { NumberInput } from "./parts/number.tsx";
import { api } from "./server.ts";
import type { Draft } from "./settings-parts.tsx";

export type AgentSettingsProps = { draft: Draft; project: ProjectCard; turn: number };

/** `turn`: how often was saved; what an agent lacks may be there since. */
export function AgentSettings({ draft, project, turn }: AgentSettingsProps) {
  const { now, set, errors } = draft;
  const offers = useLoad(project.id, () => api.agents(project.id));
  useEffect(offers.reload, [turn, offers.reload]);
  return (
    <fieldset>
      <legend>Agent</legend>
      <Load from={offers} what="the agents">
        {(all) => <Chosen draft={draft} offers={all} />}
      </Load>
      {now.agent === "custom" && <Command draft={draft} />}
      {now.agent === "codegen" && <Codegen draft={draft} />}
      <Told draft={draft} />
      <Toggle
        label="Confirm plans by itself"
        on={now.auto_confirm_plans}
        set={(auto_confirm_plans) => set({ auto_confirm_plans })}
        help="Off: a plan waits until a person confirms it."
      />
      <LimitsFields
        now={now.run_limits}
        // An empty required field changes nothing, so that only the cost can become null.
        set={(changes) => set({ run_limits: { ...now.run_limits, ...changes } as typeof now.run_limits })}
        errors={errors}
        under="run_limits"
      />
      <Field
        label="Longest report of a failure, in tokens"
        error={errors.report_tokens}
        help="What an agent is told of a failed validation: its log, its tests, and the code that matters."
      >
        {(tied) => (
          <NumberInput
            {...{ tied, min: 500, max: 100_000, required: true }}
            value={now.report_tokens}
            set={(report_tokens) => report_tokens !== null && set({ report_tokens })}
          />
        )}
      </Field>
    </fieldset>
  );
}

function Chosen({ draft: { now, set, errors }, offers }: { draft: Draft; offers: AgentOffer[] }) {
  const chosen = offers.find((offer) => offer.id === now.agent);
  return (
    <Field
      label="Who plans and writes"
      error={errors.agent}
      help={
        chosen === undefined ? (
          "Nobody: runs then only follow pull requests that are there."
        ) : (
          <Lacks offer={chosen} />
        )
      }
    >
      {(tied) => (
        <select {...tied} value={now.agent} onChange={(event) => set({ agent: event.currentTarget.value })}>
          <option value="">Nobody</option>
          {offers.map(({ id, name, missing }) => (
            <option key={id} value={id}>
              {name}
              {missing !== null && `: ${missing}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Lacks({ offer }: { offer: AgentOffer }) {
  if (offer.missing === null) return <>It lacks nothing.</>;
  return (
    <>
      It cannot work yet: {offer.missing}.
      {!offer.has_key && offer.keys.length > 0 && (
        <>
          {" "}
          Set <code>{offer.keys.join(" or ")}</code> among the secrets below.
        </>
      )}
    </>
  );
}

function Command({ draft: { now, set, errors } }: { draft: Draft }) {
  return (
    <Field
      label="Command"
      error={errors.agent_command}
      help={
        <>
          Started by <code>sh -c</code> in the working copy, with the prompt on its input and in{" "}
          <code>$TIDEGATE_PROMPT_FILE</code>; <code>$TIDEGATE_PURPOSE</code> is plan, write or repair. What it
          changes becomes the commit; what it prints is shown here, live.
        </>
      }
    >
      {(tied) => (
        <textarea
          {...tied}
          class="code"
          rows={4}
          spellcheck={false}
          placeholder="my-agent --print --yes"
          value={now.agent_command}
          onInput={(event) => set({ agent_command: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function Codegen({ draft: { now, set, errors } }: { draft: Draft }) {
  return (
    <div class="limits">
      <Field label="Organization" error={errors.codegen_organization} help="Its id at Codegen.">
        {(tied) => (
          <NumberInput
            {...{ tied, min: 1, max: Number.MAX_SAFE_INTEGER }}
            value={now.codegen_organization}
            set={(codegen_organization) => set({ codegen_organization })}
          />
        )}
      </Field>
      <Field label="Repository" error={errors.codegen_repository} help="Its id at Codegen.">
        {(tied) => (
          <NumberInput
            {...{ tied, min: 1, max: Number.MAX_SAFE_INTEGER }}
            value={now.codegen_repository}
            set={(codegen_repository) => set({ codegen_repository })}
          />
        )}
      </Field>
    </div>
  );
}

/** What every agent is told. */
function Told({ draft: { now, set, errors } }: { draft: Draft }) {
  return (
    <>
      <Field
        label="Repository rules"
        error={errors.repository_rules}
        help="Told to every agent that works here."
      >
        {(tied) => (
          <textarea
            {...tied}
            rows={4}
            value={now.repository_rules}
            onInput={(event) => set({ repository_rules: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label="Planning statement"
        error={errors.planning_statement}
        help="Put before every goal, so that each need not say it again."
      >
        {(tied) => (
          <textarea
            {...tied}
            rows={3}
            value={now.planning_statement}
            onInput={(event) => set({ planning_statement: event.currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}
