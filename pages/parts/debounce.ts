/** Calls that come close together are one call, made after the last; but not put off for ever. */
export function debounce(call: () => void, ms: number, mostMs = ms * 4): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = 0;
  return () => {
    const now = Date.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    // Events that never pause would otherwise keep a screen old for as long as they come.
    const wait = Math.max(0, Math.min(ms, first + mostMs - now));
    timer = setTimeout(() => {
      timer = undefined;
      call();
    }, wait);
  };
}
