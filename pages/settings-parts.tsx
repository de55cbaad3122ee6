/** The fields of the settings, by what they are about, each with what it does. */
import type { ProjectSettings } from "../models/project.ts";
import { MERGE_METHODS } from "../models/validation.ts";
import { configErrors } from "./config-lines.ts";
import { ConfigText } from "./config-text.tsx";
import { FolderField } from "./folder-field.tsx";
import { Field, Toggle } from "./parts/field.tsx";

/** Settings being edited: as they stand, how to change them, and what the server found wrong. */
export type Draft = {
  now: ProjectSettings;
  set: (changes: Partial<ProjectSettings>) => void;
  errors: Record<string, string>;
};

const METHODS: Record<(typeof MERGE_METHODS)[number], string> = {
  merge: "Merge commit: the pull request's commits stay as they are",
  squash: "Squash: one new commit on the base branch",
  rebase: "Rebase: its commits anew on the base branch",
};

/** What is validated and what is merged. */
export function GateSettings({ draft: { now, set, errors } }: { draft: Draft }) {
  return (
    <fieldset>
      <legend>The gate</legend>
      <Toggle
        label="Validation"
        on={now.validation_enabled}
        set={(validation_enabled) => set({ validation_enabled })}
        help="Validates every open pull request that is no draft; one of a fork waits until a person lets exactly its commit run. Off: nothing is validated, and so nothing is merged."
      />
      <Toggle
        label="Auto-merge"
        on={now.auto_merge_enabled}
        set={(auto_merge_enabled) => set({ auto_merge_enabled })}
        help="Merges a pull request by itself when its live head is exactly the commit that passed and GitHub's own rules allow it. Off: validated pull requests wait for a person."
      />
      <Toggle
        label="Only up to date"
        on={now.require_up_to_date}
        set={(require_up_to_date) => set({ require_up_to_date })}
        help="Validates the result of the merge with the base as it is now, and merges only that. When the base moves first, it is validated anew and keeps its place in the queue. Off: the head alone is validated."
      />
      <Toggle
        label="Dry run"
        on={now.dry_run}
        set={(dry_run) => set({ dry_run })}
        help="Everything runs and says what would be merged; nothing is merged."
      />
      <Field
        label="Merge method"
        error={errors.merge_method}
        help="Used unless .tidegate.yml on the base branch names another."
      >
        {(tied) => (
          <select
            {...tied}
            value={now.merge_method}
            onChange={(event) => {
              const merge_method = MERGE_METHODS.find((method) => method === event.currentTarget.value);
              if (merge_method !== undefined) set({ merge_method });
            }}
          >
            {MERGE_METHODS.map((method) => (
              <option key={method} value={method}>
                {METHODS[method]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </fieldset>
  );
}

/** How it is validated. */
export function ConfigSettings({ draft: { now, set, errors } }: { draft: Draft }) {
  return (
    <fieldset>
      <legend>How it is validated</legend>
      <FolderField path={now.path} set={(path) => set({ path })} error={errors.path} />
      <Field
        label="Set-up commands"
        error={errors.setup_commands}
        help="One a line. Used when the base branch's .tidegate.yml has no setup of its own."
      >
        {(tied) => (
          <textarea
            {...tied}
            class="code"
            rows={Math.max(3, now.setup_commands.length + 1)}
            spellcheck={false}
            placeholder="npm ci"
            value={now.setup_commands.join("\n")}
            onInput={(event) => {
              const text = event.currentTarget.value;
              set({ setup_commands: text === "" ? [] : text.split("\n") });
            }}
          />
        )}
      </Field>
      <Toggle
        label="Own configuration"
        on={now.config !== null}
        set={(own) => set({ config: own ? "test: npm test\n" : null })}
        help="On: the text below replaces the repository's .tidegate.yml. Off: the file is read from the base branch, so that a pull request cannot weaken the gate it has to pass."
      />
      {now.config !== null && (
        <ConfigText text={now.config} set={(config) => set({ config })} error={configErrors(errors)} />
      )}
    </fieldset>
  );
}
