/** Taking a project out of Tidegate's care. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ProjectCard } from "../models/api.ts";
import { dropCard } from "./cards.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { api } from "./server.ts";

export function Unpin({ project }: { project: ProjectCard }) {
  const { route } = useLocation();
  const [asking, ask] = useState(false);
  const unpin = useAct(async () => {
    await api.unpin(project.id);
    ask(false);
    dropCard(project.id);
    route("/");
  });
  return (
    <fieldset class="risky">
      <legend>Unpin</legend>
      <p class="help">
        Ends what runs, and validates and merges nothing of this repository any more. Nothing on GitHub is
        deleted.
      </p>
      <button type="button" class="danger" onClick={() => ask(true)}>
        Unpin {project.full_name}
      </button>
      {asking && (
        <Confirm
          title={`Unpin ${project.full_name}?`}
          say="Running validations are cancelled, and its pull requests are no longer validated or merged."
          yes="Unpin"
          busy={unpin.busy}
          act={() => unpin.run()}
          close={() => ask(false)}
        >
          <Refusal error={unpin.error} />
        </Confirm>
      )}
    </fieldset>
  );
}
