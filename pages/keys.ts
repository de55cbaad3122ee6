/** Keyboard shortcuts of the whole page. */
import { useEffect } from "preact/hooks";

export const SHORTCUTS: readonly [keys: string, does: string][] = [
  ["g p", "Go to the projects"],
  ["/", "Search"],
  ["j", "Next in the list"],
  ["k", "Previous in the list"],
  ["Enter", "Open"],
  ["n", "Notifications"],
  ["?", "Show these shortcuts"],
  ["Esc", "Close"],
  ["t", "In a merge queue: go first"],
  ["h", "Hold it, or release it"],
  ["x", "Remove it"],
  ["a", "Add it"],
];

/** Whether the key belongs to what somebody is writing, or to the browser. */
function isTyping(press: KeyboardEvent): boolean {
  if (press.ctrlKey || press.metaKey || press.altKey) return true;
  const { target } = press;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Moves the focus among the elements marked `data-row`, by `step` from where it is. */
function move(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  const active = document.activeElement;
  const now = rows.findIndex((row) => row === active || row.contains(active));
  const next =
    now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step));
  rows[next]?.focus();
}

/** Listens to the keys for as long as the page is drawn. */
export function useKeys({ help, go }: { help: () => void; go: (path: string) => void }): void {
  useEffect(() => {
    let before = "";
    const heard = (press: KeyboardEvent): void => {
      if (isTyping(press) || document.querySelector("dialog[open]") !== null) return;
      const chord = before === "g" ? `g ${press.key}` : press.key;
      before = press.key;
      const action = {
        "g p": () => go("/"),
        "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
        j: () => move(1),
        k: () => move(-1),
        n: () => document.querySelector<HTMLElement>("[data-bell]")?.click(),
        "?": help,
      }[chord];
      if (action === undefined) return;
      press.preventDefault();
      before = "";
      action();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, [help, go]);
}
