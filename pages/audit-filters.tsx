/** Narrows the audit to who did it, what was done, and one pull request. */
import { ACTOR_KINDS, type AuditFilter } from "../models/audit.ts";
import { ACTIONS, KIND_NAMES } from "./audit-rows.ts";
import { Field } from "./parts/field.tsx";
import { NumberInput } from "./parts/number.tsx";

export type AuditFiltersProps = { filter: AuditFilter; set: (filter: AuditFilter) => void };

export function AuditFilters({ filter, set }: AuditFiltersProps) {
  const { kind, action, pull } = filter;
  // An address may name one action, or a beginning that is no entry here.
  const actions = action === undefined || ACTIONS.includes(action) ? ACTIONS : [...ACTIONS, action];
  return (
    <search class="filters" aria-label="Rows of the audit">
      <Field label="By">
        {(tied) => (
          <select
            {...tied}
            value={kind ?? ""}
            onChange={({ currentTarget: { value } }) =>
              set({ ...filter, kind: ACTOR_KINDS.find((one) => one === value) })
            }
          >
            <option value="">Everybody</option>
            {ACTOR_KINDS.map((one) => (
              <option key={one} value={one}>
                {KIND_NAMES[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Action">
        {(tied) => (
          <select
            {...tied}
            value={action ?? ""}
            onChange={({ currentTarget: { value } }) => set({ ...filter, action: value || undefined })}
          >
            <option value="">All actions</option>
            {actions.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Pull request">
        {(tied) => (
          <NumberInput
            {...{ tied, min: 1, max: 1_000_000_000, placeholder: "Any" }}
            value={pull ?? null}
            set={(number) => set({ ...filter, pull: number ?? undefined })}
          />
        )}
      </Field>
    </search>
  );
}
