/** Secrets: named here, written here, never readable again. */
import { useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import { SECRET_USES, SecretName, type SecretUse, useOf } from "../models/project.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Field } from "./parts/field.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

const USES: Record<SecretUse, string> = { validation: "Validations", agent: "Agents" };

export type SecretsProps = { project: ProjectCard; changed: () => void };

export function Secrets({ project, changed }: SecretsProps) {
  const names = useLoad(project.id, () => api.secrets(project.id));
  const [removing, ask] = useState<string | null>(null);
  const reload = (): void => {
    names.reload();
    changed();
  };
  const remove = useAct(async (name: string) => {
    await api.removeSecret(project.id, name);
    ask(null);
    reload();
  });
  return (
    <fieldset>
      <legend>Secrets</legend>
      <p class="help">
        Given as environment variables to the commands of validations or to agents, never to both. A value can
        be written and replaced, but never read again, not even by you.
      </p>
      <Load from={names} what="the secrets' names">
        {(all) => (
          <ul class="secrets">
            {all.length === 0 && <li class="quiet">None yet</li>}
            {all.map(({ name, use }) => (
              <li key={name}>
                <code class="grow">{name}</code>
                <span class="quiet">for {USES[use].toLowerCase()}</span>
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
      <NewSecret project={project} saved={reload} />
      {removing !== null && (
        <Confirm
          title={`Remove ${removing}?`}
          say="What needs it will fail from the next validation or turn on. Its value cannot be brought back."
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
  // Until somebody chooses, the name says what it is for.
  const [chosen, choose] = useState<SecretUse | null>(null);
  const use = chosen ?? useOf(name);
  const save = useAct(async () => {
    await api.saveSecret(project.id, name, value, use);
    // A value that stays in the page is a value that can be read again.
    setName("");
    setValue("");
    choose(null);
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
      <Field label="For">
        {(tied) => (
          <select
            {...tied}
            value={use}
            onChange={(event) => choose(SECRET_USES.find((one) => one === event.currentTarget.value) ?? null)}
          >
            {SECRET_USES.map((one) => (
              <option key={one} value={one}>
                {USES[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" disabled={save.busy || !checked.success || value === ""}>
        Save secret
      </button>
      <Refusal error={save.error} />
    </form>
  );
}
