/** Which folder of its repository a project is about. */
import { Field } from "./parts/field.tsx";

export type FolderFieldProps = { path: string; set: (path: string) => void; error: string | undefined };

export function FolderField({ path, set, error }: FolderFieldProps) {
  return (
    <Field
      label="Folder"
      error={error}
      help="Of a repository that holds several projects: its .tidegate.yml is read there, its commands run there, and a change elsewhere passes as not affected. Empty: the whole repository."
    >
      {(tied) => (
        <input
          {...tied}
          class="code"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          placeholder="packages/shop"
          value={path}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A folder as people type it, without the slashes at its ends. */
export const folderOf = (typed: string): string => typed.trim().replace(/^(\.?\/+)+|^\.$|\/+$/g, "");
