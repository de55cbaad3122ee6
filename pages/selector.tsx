/** The project selector: a searchable list of repositories, to pin one. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Repository } from "../models/api.ts";
import { putCard } from "./cards.ts";
import { FolderField, folderOf } from "./folder-field.tsx";
import { Refusal, useAct } from "./parts/act.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Icon } from "./parts/icon.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { api, fieldErrors } from "./server.ts";

/** Drawing thousands of rows makes typing slow; a search narrows them. */
const MOST_ROWS = 100;

export function Selector({ close }: { close: () => void }) {
  const { route } = useLocation();
  const repositories = useLoad("repositories", api.repositories);
  const [search, type] = useState("");
  const [path, choose] = useState("");
  const pin = useAct(async (full_name: string) => {
    const project = await api.pin({ full_name, path: folderOf(path) });
    putCard(await api.project(project.id));
    close();
    route(`/projects/${project.id}`);
  });
  return (
    <Dialog title="Pin a repository" close={close}>
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Search repositories</span>
        <input
          type="search"
          placeholder="Search repositories"
          value={search}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      <details>
        <summary>Only a folder of it</summary>
        <FolderField path={path} set={choose} error={fieldErrors(pin.error).path} />
      </details>
      <Refusal error={pin.error} />
      <Load from={repositories} what="the repositories">
        {(all) => <Found {...{ all, search, path }} busy={pin.busy} pin={pin.run} />}
      </Load>
    </Dialog>
  );
}

type FoundProps = {
  all: Repository[];
  search: string;
  path: string;
  busy: boolean;
  pin: (full_name: string) => void;
};

function Found({ all, search, path, busy, pin }: FoundProps) {
  const words = search.toLowerCase().split(/\s+/);
  const found = all.filter((one) => words.every((word) => one.full_name.toLowerCase().includes(word)));
  if (all.length === 0) {
    return (
      <p class="quiet">
        GitHub shows no repository to this Tidegate. Install its GitHub App on the repositories it shall see,
        then open this list again.
      </p>
    );
  }
  if (found.length === 0) return <p class="quiet">No repository matches “{search}”.</p>;
  return (
    <ul class="repositories">
      {found.slice(0, MOST_ROWS).map((one) => (
        <li key={one.repo_id}>
          <span class="grow clip">
            {one.full_name}
            <span class="quiet meta">
              {one.private ? "Private" : "Public"} · {one.default_branch}
            </span>
          </span>
          {one.project_id !== null && (
            <a href={`/projects/${one.project_id}`}>
              Pinned<span class="unseen">: open {one.full_name}</span>
            </a>
          )}
          {(one.project_id === null || path !== "") && (
            <button type="button" class="small" disabled={busy} onClick={() => pin(one.full_name)}>
              Pin{path !== "" && " the folder"}
              <span class="unseen"> {one.full_name}</span>
            </button>
          )}
        </li>
      ))}
      {found.length > MOST_ROWS && <li class="quiet">{found.length - MOST_ROWS} more: narrow the search</li>}
    </ul>
  );
}
