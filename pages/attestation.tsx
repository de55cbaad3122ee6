/** The signed statement about what passed: to be kept, and to be checked where nobody asks Tidegate. */
import { CopyButton } from "./parts/copy.tsx";
import { useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** Draws nothing where there is none: it is signed after the end, and older validations have none. */
export function Attestation({ id }: { id: string }) {
  const { data } = useLoad(id, () => api.attestation(id));
  if (data === null || data === undefined) return null;
  const url = api.attestationUrl(id);
  return (
    <section class="chain">
      <h2 class="section">Attestation</h2>
      <p>
        Tidegate signed what passed and with which evidence.{" "}
        <a href={url} target="_blank" rel="noreferrer">
          Read it<span class="unseen"> (new tab)</span>
        </a>{" "}
        or{" "}
        <a href={url} download={`${id}.attestation.json`}>
          download it
        </a>
        ; <code>tidegate verify {id}.attestation.json</code>{" "}
        <CopyButton text={() => `tidegate verify ${id}.attestation.json`} label="Copy the command" /> checks
        it offline.
      </p>
    </section>
  );
}
