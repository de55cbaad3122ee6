/** The title of the tab: what distinguishes it from its neighbours comes first. */
import { useEffect } from "preact/hooks";

/** Sets the title for as long as the screen is drawn. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tidegate`;
  }, [title]);
}
