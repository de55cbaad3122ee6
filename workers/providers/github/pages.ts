/** Lists of GitHub that come in pages. */

/** As many as GitHub gives at once. */
export const PAGE = 100;
/** A list of more pages is none that we can judge. */
const MOST_PAGES = 50;

/**
 * Everything in a list, page after page: what stands on a later one counts as much.
 *
 * @param read reads the page of this number, 1 first
 */
export async function allPages<T>(read: (page: number) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const items = await read(page);
    found.push(...items);
    if (items.length < PAGE) return found;
  }
  throw new Error(`Cannot read a list of GitHub: it has more than ${MOST_PAGES * PAGE} items`);
}
