/** The signed statement about what passed: to be kept, and to be checked where nobody asks Tidegate. */
import type { Validation } from "../models/validation.ts";
import { CopyButton } from "./parts/copy.tsx";
import { useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** Draws nothing where there is none: no key is set, or it is not signed yet. */
export function Attestation({ detail: { id, merge_state } }: { detail: Validation }) {
  // It may be signed a moment after the end was heard: what follows the end asks again.
  const { data } = useLoad(`${id} ${merge_state}`, () => api.attestation(id));
  if (data === null) return null;
  const command = `tidegate verify --key keys.json ${id}.json`;
  return (
    <section class="chain">
      <h2 class="section">Attestation</h2>
      <p>
        Tidegate signed what passed, and with which evidence:{" "}
        <a href={api.attestationUrl(id)} target="_blank" rel="noreferrer">
          read it<span class="unseen"> (new tab)</span>
        </a>{" "}
        or{" "}
        <a href={api.attestationUrl(id)} download={`${id}.json`}>
          download it
        </a>{" "}
        and the{" "}
        <a href={api.attestationKeysUrl} download="keys.json">
          public keys
        </a>
        . Offline it is checked by
      </p>
      <p>
        <code>{command}</code> <CopyButton text={() => command} label="Copy the command" />
      </p>
    </section>
  );
}
