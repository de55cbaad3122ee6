/** A person lets go on what waits for one: the code of a fork, or a merge that is held. */
import { useState } from "preact/hooks";
import type { Validation } from "../models/validation.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Icon } from "./parts/icon.tsx";
import { api } from "./server.ts";
import { short } from "./words.ts";

type Question = { ask: string; title: string; say: string };

/** What the code of a fork gets, said before anybody lets it run. */
const RUN =
  "Its commands run in a sandbox that reaches package registries, what the base branch's configuration allows it, and nothing else. It gets none of the project's secrets.";

function questionOf({ waits, hold, head_sha }: Validation): Question {
  const exactly = `You decide for exactly ${short(head_sha)}; another push asks anew. Your name is written down.`;
  if (waits !== null) {
    const ask = `Let ${short(head_sha)} be validated`;
    return { ask, title: "Run the code of this fork?", say: `${RUN} Nothing is merged by this. ${exactly}` };
  }
  const why = hold?.code === "fork" ? "It comes from a fork and passed" : (hold?.message ?? "");
  const say = `${why}${/[.!?]$/.test(why) ? "" : "."} ${exactly}`;
  return { ask: "Approve the merge", title: "Let this be merged?", say };
}

export function Approve({ detail, done }: { detail: Validation; done: () => void }) {
  const [asking, wonder] = useState(false);
  const approve = useAct(async () => {
    await api.approve(detail.id, (detail.waits ?? detail.hold)?.message);
    wonder(false);
    done();
  });
  const { ask, title, say } = questionOf(detail);
  return (
    <>
      <button type="button" class="primary" onClick={() => wonder(true)}>
        {ask}
      </button>
      {asking && (
        <Confirm
          title={title}
          say={say}
          yes={ask}
          no="Not now"
          busy={approve.busy}
          act={() => approve.run()}
          close={() => wonder(false)}
        >
          <Refusal error={approve.error} />
        </Confirm>
      )}
    </>
  );
}

/** The commit of a fork that waits to be let run, in full: it is what is decided about. */
export function ForkWaits({ detail }: { detail: Validation }) {
  return (
    <div class="note tone-warn">
      <Icon name="hand" />
      <div>
        <strong>This commit comes from a fork, and nothing of it was run</strong>
        <p>
          Read the change first. What you let run is exactly <code>{detail.head_sha}</code>, no other commit.
        </p>
      </div>
    </div>
  );
}
