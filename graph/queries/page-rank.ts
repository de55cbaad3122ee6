/** Share of the rank that follows edges; the rest starts again at the focus. */
export const DAMPING = 0.85;
const MAX_ROUNDS = 60;
const SETTLED = 1e-9;

/** An edge between two nodes, told by their numbers. Edges of weight 0 or less are ignored. */
export interface Link {
  from: number;
  to: number;
  weight: number;
}

/**
 * Personalised PageRank (Page, Brin and others 1998; Haveliwala 2002) of `count` nodes: how often a walker is met who
 * follows links by their weights and keeps returning to the nodes of `restart`. Sums to 1; all 0 without a restart.
 */
export function pageRank(
  count: number,
  links: readonly Link[],
  restart: ReadonlyMap<number, number>,
): Float64Array {
  const home = shares(count, restart);
  if (home === undefined) return new Float64Array(count);
  const leaving = new Float64Array(count);
  for (const link of links) if (link.weight > 0) leaving[link.from] = at(leaving, link.from) + link.weight;
  let rank = home.slice();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = new Float64Array(count);
    for (const { from, to, weight } of links) {
      if (weight > 0) next[to] = at(next, to) + (DAMPING * at(rank, from) * weight) / at(leaving, from);
    }
    // Who stands where no link leaves starts again at the focus, or rank would leak away.
    let back = 1 - DAMPING;
    for (let node = 0; node < count; node += 1) if (at(leaving, node) === 0) back += DAMPING * at(rank, node);
    let change = 0;
    for (let node = 0; node < count; node += 1) {
      next[node] = at(next, node) + back * at(home, node);
      change += Math.abs(at(next, node) - at(rank, node));
    }
    rank = next;
    if (change < SETTLED) break;
  }
  return rank;
}

/** The restart as a distribution; undefined if it is empty. */
function shares(count: number, restart: ReadonlyMap<number, number>): Float64Array | undefined {
  const home = new Float64Array(count);
  let sum = 0;
  for (const [node, weight] of restart) {
    if (node < 0 || node >= count || !(weight > 0)) continue;
    home[node] = at(home, node) + weight;
    sum += weight;
  }
  if (sum === 0) return undefined;
  for (let node = 0; node < count; node += 1) home[node] = at(home, node) / sum;
  return home;
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}
