/** What opens on demand; its content is not drawn before, so that a thousand closed ones cost nothing. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

export type FoldProps = {
  summary: ComponentChildren;
  open?: boolean;
  class?: string;
  children: () => ComponentChildren;
};

export function Fold({ summary, open = false, class: name = "", children }: FoldProps) {
  const [is, set] = useState(open);
  return (
    <details class={`fold ${name}`} open={is} onToggle={(event) => set(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {is && children()}
    </details>
  );
}
