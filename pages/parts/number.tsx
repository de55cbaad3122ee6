/** A number to type. What cannot be read as one changes nothing; without `required` an empty field is null. */
import { useState } from "preact/hooks";
import type { Tied } from "./field.tsx";

export type NumberInputProps = {
  tied: Tied;
  value: number | null;
  set: (value: number | null) => void;
  min: number;
  max: number;
  /** As the browser has it: 1 unless fractions make sense. */
  step?: number | "any";
  required?: boolean;
  placeholder?: string;
};

export function NumberInput(props: NumberInputProps) {
  const { tied, value, set, min, max, step = 1, required = false, placeholder = "" } = props;
  // The text belongs to the value that it was typed for: another one came from outside, discarded or saved.
  const [typed, type] = useState({ text: textOf(value), value });
  const heard = (input: HTMLInputElement): void => {
    const number = numberIn(input.value);
    // What cannot be read as a number looks empty to a program.
    const cleared = input.value === "" && !required && input.validity.valid;
    const next = number === null && !cleared ? value : number;
    type({ text: input.value, value: next });
    if (next !== value) set(next);
  };
  return (
    <input
      {...tied}
      type="number"
      class="short"
      inputMode={step === 1 ? "numeric" : "decimal"}
      {...{ min, max, step, required, placeholder }}
      value={typed.value === value ? typed.text : textOf(value)}
      onInput={(event) => heard(event.currentTarget)}
    />
  );
}

const textOf = (value: number | null): string => (value === null ? "" : String(value));

function numberIn(text: string): number | null {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? null : number;
}
