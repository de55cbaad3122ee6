/** A box that grows: it is followed at its end until somebody scrolls up, and again when they come back. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** This near to the end counts as at the end: fractions of pixels differ by zoom. */
const NEAR_PX = 24;

export type FollowedEnd = {
  box: RefObject<HTMLDivElement | null>;
  following: boolean;
  /** To be called when the box is scrolled. */
  scrolled(): void;
  /** Goes to the end, and stays there. */
  resume(): void;
};

/**
 * Keeps the end of a box in sight.
 *
 * @param grows whether there is an end to follow: what is finished is read from its beginning
 * @param drawn what makes the box longer when it changes
 */
export function useEnd(grows: boolean, drawn: readonly unknown[]): FollowedEnd {
  const [following, setFollowing] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const toEnd = (): void => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (following && grows) toEnd();
  }, [following, grows, ...drawn]);
  const scrolled = (): void => {
    const view = box.current;
    if (view === null) return;
    const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_PX;
    // Only upwards is a wish to stop: new lines also move the end away.
    if (atEnd) setFollowing(true);
    else if (view.scrollTop < top.current) setFollowing(false);
    top.current = view.scrollTop;
  };
  const resume = (): void => {
    setFollowing(true);
    toEnd();
  };
  return { box, following, scrolled, resume };
}
