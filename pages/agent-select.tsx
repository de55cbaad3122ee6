/** Who works: the agents of a project, and what those lack that cannot be chosen. */
import type { AgentOffer } from "../models/agent.ts";
import { NOBODY } from "./new-run-draft.ts";
import type { Tied } from "./parts/field.tsx";
import { Fold } from "./parts/fold.tsx";
import { count } from "./words.ts";

export type AgentSelectProps = {
  tied: Tied;
  offers: readonly AgentOffer[];
  value: string;
  set: (agent: string) => void;
};

export function AgentSelect({ tied, offers, value, set }: AgentSelectProps) {
  return (
    <select {...tied} required value={value} onChange={(event) => set(event.currentTarget.value)}>
      {value === "" && <option value="">Choose…</option>}
      {offers.map(({ id, name, missing, chosen }) => (
        <option key={id} value={id} disabled={missing !== null}>
          {name}
          {chosen && " (chosen in the settings)"}
          {missing !== null && `: ${missing}`}
        </option>
      ))}
      <option value={NOBODY}>Nobody: follow a pull request that is there</option>
    </select>
  );
}

/** What agents lack, and where it is set; draws nothing when none lacks anything. */
export function Lacking({ offers, project }: { offers: readonly AgentOffer[]; project: string }) {
  const lacking = offers.filter((offer) => offer.missing !== null);
  if (lacking.length === 0) return null;
  return (
    <Fold summary={`${count(lacking.length, "agent")} cannot be chosen yet`}>
      {() => (
        <>
          <ul class="list">
            {lacking.map(({ id, name, missing }) => (
              <li key={id}>
                <span>
                  <strong>{name}</strong>: {missing}
                </span>
              </li>
            ))}
          </ul>
          <p>
            Keys and commands are set in <a href={`/projects/${project}/settings`}>the settings</a>; programs
            are installed on the sandbox host.
          </p>
        </>
      )}
    </Fold>
  );
}
