/** What a run may use: attempts, money, time. */
import type { RunLimits } from "../models/run.ts";
import { Field } from "./parts/field.tsx";
import { NumberInput } from "./parts/number.tsx";

export type LimitsDraft = { [K in keyof RunLimits]: number | null };

export type LimitsFieldsProps = {
  now: LimitsDraft;
  set: (changes: Partial<LimitsDraft>) => void;
  /** What counts where nothing is typed; without it attempts and time must be given. */
  defaults?: RunLimits;
  /** What the server found wrong, by field below `under`. */
  errors: Record<string, string>;
  under: "limits" | "run_limits";
};

export function LimitsFields({ now, set, defaults, errors, under }: LimitsFieldsProps) {
  const required = defaults === undefined;
  const shown = (value: number | null | undefined): string => (value == null ? "" : String(value));
  return (
    <div class="limits">
      <Field
        label="Repairs"
        error={errors[`${under}.max_attempts`]}
        help="How often the agent may mend what failed. Errors of the machinery do not count."
      >
        {(tied) => (
          <NumberInput
            {...{ tied, required, min: 0, max: 20 }}
            value={now.max_attempts}
            placeholder={shown(defaults?.max_attempts)}
            set={(max_attempts) => set({ max_attempts })}
          />
        )}
      </Field>
      <Field
        label="Cost in US dollars"
        error={errors[`${under}.max_cost_usd`]}
        help={required ? "As far as the agent tells. Empty: no limit." : "As far as the agent tells."}
      >
        {(tied) => (
          <NumberInput
            {...{ tied, min: 0.01, max: 10_000, step: "any" }}
            value={now.max_cost_usd}
            placeholder={shown(defaults?.max_cost_usd) || "No limit"}
            set={(max_cost_usd) => set({ max_cost_usd })}
          />
        )}
      </Field>
      <Field
        label="Minutes"
        error={errors[`${under}.max_minutes`]}
        help="Wall time while nobody is waited for."
      >
        {(tied) => (
          <NumberInput
            {...{ tied, required, min: 1, max: 24 * 60 }}
            value={now.max_minutes}
            placeholder={shown(defaults?.max_minutes)}
            set={(max_minutes) => set({ max_minutes })}
          />
        )}
      </Field>
    </div>
  );
}
