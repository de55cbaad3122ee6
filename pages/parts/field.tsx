/** Fields of forms: label, explanation, and what is wrong with it, tied together for screen readers. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What ties a control to its label and its texts. */
export type Tied = { id: string; "aria-describedby": string; "aria-invalid": boolean };

/** A labelled control; `children` draws it with the attributes that tie it to its texts. */
export function Field(props: {
  label: string;
  help?: ComponentChildren;
  error?: string | undefined;
  children: (tied: Tied) => ComponentChildren;
}) {
  const id = useId();
  const tied = { id, "aria-describedby": `${id}-help`, "aria-invalid": props.error !== undefined };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(tied)}
      <div id={`${id}-help`} class="help">
        {props.error !== undefined && (
          <p class="tone-bad" role="alert">
            {props.error}
          </p>
        )}
        {props.help}
      </div>
    </div>
  );
}

/** A switch with its word: on or off is said, not only shown. */
export function Toggle(props: {
  label: string;
  help?: ComponentChildren;
  on: boolean;
  disabled?: boolean;
  set: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="toggle">
      <button
        type="button"
        role="switch"
        id={id}
        aria-checked={props.on}
        aria-describedby={`${id}-help`}
        disabled={props.disabled ?? false}
        onClick={() => props.set(!props.on)}
      >
        <span class="knob" aria-hidden="true" />
        <span>{props.label}</span>
        <span class="quiet">{props.on ? "On" : "Off"}</span>
      </button>
      <div id={`${id}-help`} class="help">
        {props.help}
      </div>
    </div>
  );
}
