/** The form that starts a run. */
import { useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Field } from "./parts/field.tsx";
import { useLoad } from "./parts/load.tsx";
import { api, fieldErrors } from "./server.ts";

export type NewRunProps = { project: ProjectCard; close: () => void; started: () => void };

export function NewRun({ project, close, started }: NewRunProps) {
  const pulls = useLoad(project.id, () => api.pulls(project.id));
  const [goal, setGoal] = useState("");
  const [number, setNumber] = useState("");
  const start = useAct(async () => {
    await api.startRun(project.id, { target_text: goal, pr_number: Number(number) });
    started();
  });
  const errors = fieldErrors(start.error);
  const open = pulls.data?.filter((pull) => pull.state === "open") ?? [];
  const submit = (event: Event): void => {
    event.preventDefault();
    start.run();
  };
  return (
    <Dialog title="Start a run" close={close}>
      <form onSubmit={submit}>
        <Field label="Goal" error={errors.target_text} help="What is to be reached, in your own words.">
          {(tied) => (
            <textarea
              {...tied}
              rows={4}
              required
              value={goal}
              onInput={(event) => setGoal(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Pull request"
          error={errors.pr_number}
          help={open.length === 0 ? "The number of an open pull request." : "One that is open."}
        >
          {(tied) =>
            open.length === 0 ? (
              <input
                {...tied}
                type="number"
                min="1"
                required
                value={number}
                onInput={(event) => setNumber(event.currentTarget.value)}
              />
            ) : (
              <select
                {...tied}
                required
                value={number}
                onChange={(event) => setNumber(event.currentTarget.value)}
              >
                <option value="">Choose…</option>
                {open.map((pull) => (
                  <option key={pull.number} value={String(pull.number)}>
                    #{pull.number} {pull.title}
                  </option>
                ))}
              </select>
            )
          }
        </Field>
        <Refusal error={start.error} />
        <footer>
          <button type="button" onClick={close}>
            Close
          </button>
          <button type="submit" class="primary" disabled={start.busy}>
            Start
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
