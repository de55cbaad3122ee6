/** A plan to edit, or what another plan is to heed. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type PlanAnswer as Answer, MOST_PLAN_CHARACTERS, type Plan } from "../models/run.ts";
import { type Act, Refusal } from "./parts/act.tsx";
import { Field } from "./parts/field.tsx";

export type PlanFormProps = {
  mode: "edit" | "again";
  /** The version that it stands on. */
  plan: Plan;
  /** A newer version came while somebody typed: what was typed stays, and is sent once that one was looked at. */
  old: boolean;
  /** The version that an edit will be; null: it can be saved no more. */
  next: number | null;
  answer: Act<[Answer]>;
  back: () => void;
};

export function PlanForm({ mode, plan: { version, text: now }, old, next, answer, back }: PlanFormProps) {
  const editing = mode === "edit";
  const [text, setText] = useState(editing ? now : "");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const before = document.querySelector<HTMLElement>("#plan");
    field.current?.focus();
    // The button that was pressed is gone: without a place a keyboard user would begin at the top again.
    return () => before?.focus({ preventScroll: true });
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    answer.run(editing ? { answer: "edit", version, text } : { answer: "again", version, feedback: text });
  };
  return (
    <form onSubmit={submit}>
      <Field
        label={editing ? "The plan as it should be" : "What should another plan heed?"}
        help={editing ? savedAs(next) : "May be empty."}
      >
        {(tied) => (
          <textarea
            {...tied}
            ref={field}
            rows={editing ? Math.min(24, Math.max(8, text.split("\n").length + 1)) : 4}
            required={editing}
            maxLength={editing ? MOST_PLAN_CHARACTERS : 10_000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <Refusal error={answer.error} />
      <div class="actions">
        <button type="submit" class="primary" disabled={answer.busy || old}>
          {editing ? `Save as version ${next ?? version + 1}` : "Ask for another plan"}
        </button>
        <button type="button" disabled={answer.busy} onClick={back}>
          Back
        </button>
      </div>
    </form>
  );
}

function savedAs(next: number | null): string {
  if (next === null) return "It can be saved no more.";
  return `Will be saved as version ${next}; nothing is confirmed by it.`;
}
