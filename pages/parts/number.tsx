/** A number to type. What cannot be read as one changes nothing; without `required` an empty field is null. */
import { useEffect, useState } from "preact/hooks";
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
  const [text, type] = useState(textOf(value));
  useEffect(() => {
    // Changed from outside: discarded, or saved. While somebody types, "1." and "1" are the same number.
    type((now) => (numberIn(now) === value || (now === "" && required) ? now : textOf(value)));
  }, [value, required]);
  return (
    <input
      {...tied}
      type="number"
      class="short"
      inputMode={step === 1 ? "numeric" : "decimal"}
      {...{ min, max, step, required, placeholder }}
      value={text}
      onInput={(event) => {
        const typed = event.currentTarget.value;
        type(typed);
        const number = numberIn(typed);
        if (number !== null || (typed === "" && !required && event.currentTarget.validity.valid)) set(number);
      }}
    />
  );
}

const textOf = (value: number | null): string => (value === null ? "" : String(value));

function numberIn(text: string): number | null {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? null : number;
}
