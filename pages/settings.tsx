/** The settings of a project. Only what was changed is sent, so that two open pages do not undo each other. */
import { useState } from "preact/hooks";
import type { ProjectDetail } from "../models/api.ts";
import type { Project, ProjectSettings } from "../models/project.ts";
import { AgentSettings } from "./agent-settings.tsx";
import { folderOf } from "./folder-field.tsx";
import { Refusal, useAct } from "./parts/act.tsx";
import { Secrets } from "./secrets.tsx";
import { api, fieldErrors } from "./server.ts";
import { ConfigSettings, type Draft, GateSettings } from "./settings-parts.tsx";
import { Unpin } from "./unpin.tsx";

export type SettingsProps = { project: ProjectDetail; saved: (answer: Project) => void };

export function Settings({ project, saved }: SettingsProps) {
  const [changes, change] = useState<Partial<ProjectSettings>>({});
  const [done, say] = useState(false);
  // What an agent lacks may be there after the next save, of a setting or of a secret.
  const [turn, again] = useState(0);
  const save = useAct(async () => {
    const sent = { ...changes };
    if (sent.setup_commands !== undefined) {
      sent.setup_commands = sent.setup_commands.map((one) => one.trim()).filter((one) => one !== "");
    }
    if (sent.path !== undefined) sent.path = folderOf(sent.path);
    saved(await api.saveProject(project.id, sent));
    change({});
    again((now) => now + 1);
    say(true);
  });
  const draft: Draft = {
    now: { ...project, ...changes },
    set: (more) => {
      say(false);
      change((now) => ({ ...now, ...more }));
    },
    errors: fieldErrors(save.error),
  };
  const dirty = Object.keys(changes).length > 0;
  const submit = (event: Event): void => {
    event.preventDefault();
    save.run();
  };
  return (
    <div class="settings">
      <form onSubmit={submit}>
        <GateSettings draft={draft} />
        <ConfigSettings draft={draft} />
        <AgentSettings draft={draft} project={project} turn={turn} />
        <div class={dirty ? "save dirty" : "save"}>
          <button type="submit" class="primary" disabled={!dirty || save.busy}>
            {save.busy ? "Saving…" : "Save settings"}
          </button>
          {dirty && !save.busy && (
            <button type="button" onClick={() => change({})}>
              Discard changes
            </button>
          )}
          <span class="quiet" role="status">
            {dirty ? "There are changes that are not saved" : done ? "Saved" : ""}
          </span>
          <Refusal error={save.error} />
        </div>
      </form>
      <Secrets project={project} changed={() => again((now) => now + 1)} />
      <Unpin project={project} />
    </div>
  );
}
