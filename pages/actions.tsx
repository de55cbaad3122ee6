/** What a person may do about a validation: try it again, or stop it. */
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../clients/api.ts";
import type { Validation } from "../models/validation.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { api } from "./server.ts";
import { short } from "./words.ts";

/** Another attempt at the same commit. */
export function Retry({ detail, started }: { detail: Validation; started: (next: Validation) => void }) {
  const key = useRef<string | null>(null);
  const retry = useAct(async () => {
    // An answer that got lost leaves the key as it is: clicking again must not start a second attempt.
    key.current ??= crypto.randomUUID();
    try {
      started(await api.retry(detail.id, key.current));
      key.current = null;
    } catch (error) {
      if (error instanceof ApiError) key.current = null;
      throw error;
    }
  });
  return (
    <>
      <button type="button" disabled={retry.busy} onClick={() => retry.run()}>
        {retry.busy ? "Asking…" : `Validate ${short(detail.head_sha)} again`}
      </button>
      <Refusal error={retry.error} />
    </>
  );
}

/** Stops a running validation. */
export function Cancel({ detail, done }: { detail: Validation; done: () => void }) {
  const [asking, ask] = useState(false);
  const cancel = useAct(async () => {
    await api.cancel(detail.id);
    ask(false);
    done();
  });
  return (
    <>
      <button type="button" onClick={() => ask(true)}>
        Cancel the validation
      </button>
      {asking && (
        <Confirm
          title="Cancel this validation?"
          say={`Its commands are stopped and its sandbox is destroyed. ${short(detail.head_sha)} stays unvalidated and is not merged.`}
          yes="Cancel the validation"
          busy={cancel.busy}
          act={() => cancel.run()}
          close={() => ask(false)}
        >
          <Refusal error={cancel.error} />
        </Confirm>
      )}
    </>
  );
}
