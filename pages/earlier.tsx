/** The button above the end of a long log: reads what came before. */
import type { Earlier } from "./tail.ts";

export function EarlierButton({ reading, read }: Earlier) {
  return (
    <button type="button" class="small" disabled={reading} onClick={read}>
      {reading ? "Reading what came before…" : "Show what came before"}
    </button>
  );
}
