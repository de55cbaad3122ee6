/** The form that puts a test on the quarantine list, or keeps it there: who mends it, why it may fail meanwhile, and until when. */
import { useState } from "preact/hooks";
import { MOST_DAYS, type NewQuarantine } from "../models/quarantine.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Field, type Tied } from "./parts/field.tsx";
import { dayAfter, endOfDay } from "./quarantine-days.ts";
import { api, fieldErrors } from "./server.ts";

/** Long enough to mend a test, short enough that it is not forgotten. */
const DAYS = 14;

export type QuarantineFormProps = {
  project: string;
  /** An entry of the list that is renewed, or the name of a test that comes onto it. */
  of: NewQuarantine | string;
  close: () => void;
  added: () => void;
};

export function QuarantineForm({ project, of, close, added }: QuarantineFormProps) {
  const renews = typeof of !== "string";
  const { test, owner, reason } = renews ? of : { test: of, owner: "", reason: "" };
  const [draft, change] = useState({ test, owner, reason, day: dayAfter(Date.now(), DAYS) });
  const add = useAct(async () => {
    const { day, ...said } = draft;
    const entry = { ...said, expires_at: endOfDay(day) };
    await (renews ? api.renewInQuarantine(project, entry) : api.addToQuarantine(project, entry));
    added();
    close();
  });
  const errors = fieldErrors(add.error);
  const text = (name: "test" | "owner" | "reason") => (tied: Tied) => (
    <input
      {...tied}
      class={name === "test" ? "code" : ""}
      required
      readOnly={renews && name === "test"}
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
    <Dialog title={renews ? "Keep it on the list" : "Quarantine a test"} close={close} sticky>
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
            {add.busy ? "Saving…" : renews ? "Renew" : "Quarantine"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
