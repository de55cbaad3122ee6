/** Secrets: named here, written here, never readable again. */
import { useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import { SecretName } from "../models/project.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Field } from "./parts/field.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

export function Secrets({ project }: { project: ProjectCard }) {
  const names = useLoad(project.id, () => api.secrets(project.id));
  const [removing, ask] = useState<string | null>(null);
  const remove = useAct(async (name: string) => {
    await api.removeSecret(project.id, name);
    ask(null);
    names.reload();
  });
  return (
    <fieldset>
      <legend>Secrets</legend>
      <p class="help">
        Given to the commands as environment variables. A value can be written and replaced, but never read
        again, not even by you.
      </p>
      <Load from={names} what="the secrets' names">
        {(all) => (
          <ul class="secrets">
            {all.length === 0 && <li class="quiet">None yet</li>}
            {all.map((name) => (
              <li key={name}>
                <code class="grow">{name}</code>
                <span class="quiet" aria-hidden="true">
                  ••••••••
                </span>
                <button type="button" class="small" onClick={() => ask(name)}>
                  Remove<span class="unseen"> {name}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Load>
      <NewSecret project={project} saved={names.reload} />
      {removing !== null && (
        <Confirm
          title={`Remove ${removing}?`}
          say="Commands that need it will fail from the next validation on. Its value cannot be brought back."
          yes="Remove the secret"
          busy={remove.busy}
          act={() => remove.run(removing)}
          close={() => ask(null)}
        >
          <Refusal error={remove.error} />
        </Confirm>
      )}
    </fieldset>
  );
}

function NewSecret({ project, saved }: { project: ProjectCard; saved: () => void }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const save = useAct(async () => {
    await api.saveSecret(project.id, name, value);
    // A value that stays in the page is a value that can be read again.
    setName("");
    setValue("");
    saved();
  });
  const checked = SecretName.safeParse(name);
  const wrong =
    name !== "" && !checked.success ? (checked.error.issues[0]?.message ?? "is no name") : undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    save.run();
  };
  return (
    <form class="line" onSubmit={submit}>
      <Field label="Name" error={wrong}>
        {(tied) => (
          <input
            {...tied}
            class="code"
            required
            autocomplete="off"
            placeholder="API_KEY"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Value">
        {(tied) => (
          <input
            {...tied}
            type="password"
            required
            autocomplete="new-password"
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" disabled={save.busy || !checked.success || value === ""}>
        Save secret
      </button>
      <Refusal error={save.error} />
    </form>
  );
}
