import { expect, test } from "vitest";
import { DAMPING, type Link, pageRank } from "./page-rank.ts";

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The dense matrix, multiplied often. */
function dense(count: number, links: Link[], restart: Map<number, number>): number[] {
  const sum = [...restart.values()].reduce((a, b) => a + b, 0);
  const home = Array.from({ length: count }, (_, node) => (restart.get(node) ?? 0) / sum);
  const matrix = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (const { from, to, weight } of links)
    (matrix[from] as number[])[to] = ((matrix[from] as number[])[to] ?? 0) + weight;
  const rows = matrix.map((row) => {
    const out = row.reduce((a, b) => a + b, 0);
    return out === 0 ? home : row.map((weight) => weight / out);
  });
  let rank = home;
  for (let round = 0; round < 500; round += 1) {
    rank = rank.map(
      (_, to) =>
        (1 - DAMPING) * (home[to] as number) +
        DAMPING * rank.reduce((all, one, from) => all + one * ((rows[from] as number[])[to] as number), 0),
    );
  }
  return rank;
}

test("pageRank() agrees with the dense matrix on random graphs", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const next = random(seed);
    const count = 1 + Math.floor(next() * 12);
    const node = (): number => Math.floor(next() * count);
    const links = Array.from({ length: Math.floor(next() * 30) }, () => ({
      from: node(),
      to: node(),
      weight: 0.1 + next(),
    }));
    const restart = new Map([
      [node(), 1],
      [node(), 0.5],
    ] as const);
    const expected = dense(count, links, restart);
    const ranks = pageRank(count, links, restart);
    for (const [at, rank] of expected.entries()) expect(ranks[at], `seed ${seed}`).toBeCloseTo(rank, 3);
    expect(
      ranks.reduce((a, b) => a + b, 0),
      `seed ${seed}`,
    ).toBeCloseTo(1, 6);
  }
});

test("pageRank() falls with distance along a chain, and follows heavier links", () => {
  const chain = pageRank(
    4,
    [
      { from: 0, to: 1, weight: 1 },
      { from: 1, to: 2, weight: 3 },
      { from: 1, to: 3, weight: 1 },
    ],
    new Map([[0, 1]]),
  );
  expect(chain[0]).toBeGreaterThan(chain[1] as number);
  expect(chain[1]).toBeGreaterThan(chain[2] as number);
  expect((chain[2] as number) / (chain[3] as number)).toBeCloseTo(3, 6);
});

test("pageRank() has nothing to give without a place to start", () => {
  expect([...pageRank(3, [{ from: 0, to: 1, weight: 1 }], new Map())]).toEqual([0, 0, 0]);
  expect([
    ...pageRank(
      2,
      [],
      new Map([
        [7, 1],
        [-1, 1],
      ]),
    ),
  ]).toEqual([0, 0]);
  expect([...pageRank(0, [], new Map([[0, 1]]))]).toEqual([]);
  expect([...pageRank(2, [{ from: 0, to: 1, weight: 0 }], new Map([[0, 1]]))]).toEqual([1, 0]);
});
