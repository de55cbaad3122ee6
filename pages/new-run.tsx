/** The form that starts a run. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import type { NewRun as Body, RunCard, RunLimits } from "../models/run.ts";
import { AgentSelect, Lacking } from "./agent-select.tsx";
import { firstChoice } from "./agents.ts";
import { LimitsFields } from "./limits-fields.tsx";
import { bodyOf, NO_LIMITS, NOBODY, type RunDraft } from "./new-run-draft.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Field, Toggle } from "./parts/field.tsx";
import { Fold } from "./parts/fold.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { PicturesField, usePictures } from "./pictures-field.tsx";
import { PromptPreview } from "./prompt-preview.tsx";
import { PullSelect } from "./pull-select.tsx";
import { api, fieldErrors } from "./server.ts";

export type NewRunProps = { project: ProjectCard; close: () => void; started: (run: RunCard) => void };

export function NewRun({ project, close, started }: NewRunProps) {
  const offers = useLoad(project.id, () => api.agents(project.id));
  const pictures = usePictures();
  const [draft, change] = useState<RunDraft>({
    ...{ goal: "", agent: "", files: "", limits: NO_LIMITS, pull: "" },
    wait: !project.auto_confirm_plans,
  });
  const [shown, show] = useState<Body | null>(null);
  // One opened form is one run, however often it is sent.
  const key = useRef(crypto.randomUUID());
  const start = useAct(async () => {
    started(await api.startRun(project.id, bodyOf(draft, pictures.all), key.current));
  });
  const errors = fieldErrors(start.error);
  const set = (changes: Partial<RunDraft>): void => change((now) => ({ ...now, ...changes }));
  useEffect(() => {
    const first = offers.data === null ? null : firstChoice(offers.data);
    if (first !== null) change((now) => (now.agent === "" ? { ...now, agent: first.id } : now));
  }, [offers.data]);
  const works = draft.agent !== NOBODY;
  const submit = (event: Event): void => {
    event.preventDefault();
    start.run();
  };
  const dropped = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") pictures.take(event.dataTransfer.files);
  };
  return (
    <Dialog title="Start a run" close={close} sticky>
      <form
        onSubmit={submit}
        onDragOver={dropped}
        onDrop={dropped}
        onPaste={(event) => {
          const files = event.clipboardData?.files;
          if (files !== undefined && files.length > 0) pictures.take(files);
        }}
      >
        <Field label="Goal" error={errors.target_text} help="What is to be reached, in your own words.">
          {(tied) => (
            <textarea
              {...tied}
              rows={5}
              required
              maxLength={20_000}
              value={draft.goal}
              onInput={(event) => set({ goal: event.currentTarget.value })}
            />
          )}
        </Field>
        <Load from={offers} what="the agents">
          {(all) => (
            <Field label="Agent" error={errors.agent} help={<Lacking offers={all} project={project.id} />}>
              {(tied) => (
                <AgentSelect tied={tied} offers={all} value={draft.agent} set={(agent) => set({ agent })} />
              )}
            </Field>
          )}
        </Load>
        <PullSelect
          project={project.id}
          value={draft.pull}
          set={(pull) => set({ pull })}
          required={!works}
          error={errors.pr_number}
        />
        {works && draft.pull === "" && (
          <Toggle
            label="Wait for me to confirm the plan"
            on={draft.wait}
            set={(wait) => set({ wait })}
            help="Off: the plan is carried out as soon as it is there."
          />
        )}
        {works && (
          <>
            <PicturesField pictures={pictures} error={errorsAt(errors, "images")} />
            <More draft={draft} set={set} defaults={project.run_limits} errors={errors} />
          </>
        )}
        <Refusal error={start.error} />
        <footer>
          {works && (
            <button
              type="button"
              disabled={draft.goal.trim() === ""}
              onClick={() => show(bodyOf(draft, pictures.all))}
            >
              Show the prompt
            </button>
          )}
          <span class="gap" />
          <button type="button" onClick={close}>
            Close
          </button>
          <button type="submit" class="primary" disabled={start.busy}>
            {start.busy ? "Starting…" : "Start"}
          </button>
        </footer>
      </form>
      {shown !== null && <PromptPreview project={project.id} body={shown} close={() => show(null)} />}
    </Dialog>
  );
}

type MoreProps = {
  draft: RunDraft;
  set: (changes: Partial<RunDraft>) => void;
  defaults: RunLimits;
  errors: Record<string, string>;
};

/** What is seldom needed. */
function More({ draft, set, defaults, errors }: MoreProps) {
  return (
    <Fold summary="Files and limits">
      {() => (
        <>
          <Field
            label="Files"
            error={errorsAt(errors, "files")}
            help="Paths that the goal is about, one a line; none are needed."
          >
            {(tied) => (
              <textarea
                {...tied}
                class="code"
                rows={3}
                spellcheck={false}
                value={draft.files}
                onInput={(event) => set({ files: event.currentTarget.value })}
              />
            )}
          </Field>
          <LimitsFields
            now={draft.limits}
            set={(changes) => set({ limits: { ...draft.limits, ...changes } })}
            defaults={defaults}
            errors={errors}
            under="limits"
          />
        </>
      )}
    </Fold>
  );
}

/** The messages about a field or anything in it. */
function errorsAt(errors: Record<string, string>, field: string): string | undefined {
  const own = Object.entries(errors).filter(([name]) => name === field || name.startsWith(`${field}.`));
  return own.length === 0 ? undefined : own.map(([, message]) => message).join("; ");
}
