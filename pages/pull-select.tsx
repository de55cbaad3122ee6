/** An open pull request to choose, by its title, or by its number where none is known. */
import { Field } from "./parts/field.tsx";
import { useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

export type PullSelectProps = {
  project: string;
  value: string;
  set: (number: string) => void;
  required: boolean;
  error: string | undefined;
};

export function PullSelect({ project, value, set, required, error }: PullSelectProps) {
  const pulls = useLoad(project, () => api.pulls(project));
  const open = pulls.data?.filter((pull) => pull.state === "open") ?? [];
  const help = required
    ? "Its validations are followed until it is merged."
    : "Only for one that is there already: without a plan, the agent mends what fails of it.";
  return (
    <Field label="Pull request" error={error} help={help}>
      {(tied) =>
        open.length === 0 ? (
          <input
            {...tied}
            type="number"
            class="short"
            min="1"
            required={required}
            placeholder={required ? "Its number" : "None"}
            value={value}
            onInput={(event) => set(event.currentTarget.value)}
          />
        ) : (
          <select
            {...tied}
            required={required}
            value={value}
            onChange={(event) => set(event.currentTarget.value)}
          >
            <option value="">{required ? "Choose…" : "None: the agent opens one"}</option>
            {open.map((pull) => (
              <option key={pull.number} value={String(pull.number)}>
                #{pull.number} {pull.title}
              </option>
            ))}
          </select>
        )
      }
    </Field>
  );
}
