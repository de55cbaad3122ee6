/** A state: shape, word and colour together, never colour alone. */
import type { Mark } from "../words.ts";
import { Icon } from "./icon.tsx";

/** `bare`: without the coloured ground, for lists in which every row has one. */
export function Badge({ mark, bare = false, prefix }: { mark: Mark; bare?: boolean; prefix?: string }) {
  return (
    <span class={`badge tone-${mark.tone}${bare ? " bare" : ""}`}>
      <Icon name={mark.shape} />
      <span>
        {prefix !== undefined && <span class="unseen">{prefix} </span>}
        {mark.word}
      </span>
    </span>
  );
}
