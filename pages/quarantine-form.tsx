/** The form that puts a test on the quarantine list: who mends it, why it may fail meanwhile, and until when. */
import { useState } from "preact/hooks";
import { MOST_DAYS } from "../models/quarantine.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Field, type Tied } from "./parts/field.tsx";
import { dayAfter, endOfDay } from "./quarantine-days.ts";
import { api, fieldErrors } from "./server.ts";

/** Long enough to mend a test, short enough that it is not forgotten. */
const DAYS = 14;

export type QuarantineFormProps = { project: string; test: string; close: () => void; added: () => void };

export function QuarantineForm({ project, test, close, added }: QuarantineFormProps) {
  const [draft, change] = useState({ test, owner: "", reason: "", day: dayAfter(Date.now(), DAYS) });
  const add = useAct(async () => {
    const { day, ...said } = draft;
    await api.addToQuarantine(project, { ...said, expires_at: endOfDay(day) });
    added();
    close();
  });
  const errors = fieldErrors(add.error);
  const text = (name: "test" | "owner" | "reason") => (tied: Tied) => (
    <input
      {...tied}
      class={name === "test" ? "code" : ""}
      required
      autocomplete="off"
      value={draft[name]}
      onInput={(event) => change({ ...draft, [name]: event.currentTarget.value })}
    />
  );
  const submit = (event: Event): void => {
    event.preventDefault();
    add.run();
  };
  return (
    <Dialog title="Quarantine a test" close={close} sticky>
      <form onSubmit={submit}>
        <p class="quiet">
          While it is on the list, a change in which only this test fails at first and passes when it is run
          again is merged as any other. It is still run, and what it did is still shown.
        </p>
        <Field label="Test" error={errors.test} help="Its name, as the test run prints it.">
          {text("test")}
        </Field>
        <Field label="Owner" error={errors.owner} help="Who mends it.">
          {text("owner")}
        </Field>
        <Field label="Reason" error={errors.reason} help="What is known of it, or where it is discussed.">
          {text("reason")}
        </Field>
        <Field
          label="Until"
          error={errors.expires_at}
          help={`The end of this day, within ${MOST_DAYS} days. After it the test counts again.`}
        >
          {(tied) => (
            <input
              {...tied}
              type="date"
              class="short"
              required
              min={dayAfter(Date.now(), 0)}
              max={dayAfter(Date.now(), MOST_DAYS - 1)}
              value={draft.day}
              onInput={(event) => change({ ...draft, day: event.currentTarget.value })}
            />
          )}
        </Field>
        <Refusal error={add.error} />
        <footer>
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={add.busy || draft.day === ""}>
            {add.busy ? "Adding…" : "Quarantine"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
