import { expect, test } from "vitest";
import { levelOf, RISK_LEVEL_FROM, RISK_POINTS, type RiskSigns, risk } from "./risk.ts";

const none: RiskSigns = {
  changed: 1,
  files: 0,
  files_reached: 0,
  direct: 0,
  depth: 0,
  exported: 0,
  signatures: 0,
  complexity: 0,
  tests: 0,
  unresolved: 0,
};
const most: RiskSigns = {
  ...none,
  files: 1e6,
  files_reached: 1e6,
  direct: 1e9,
  depth: 1e9,
  exported: 1e9,
  signatures: 1e9,
  complexity: 1e9,
  unresolved: 1,
};

/** Numbers that look random and are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("the points of all signs are 100", () => {
  expect(Object.values(RISK_POINTS).reduce((sum, points) => sum + points, 0)).toBe(100);
  expect(risk(most).score).toBe(100);
  expect(risk({ ...none, changed: 0 })).toMatchObject({ score: 0, level: "low" });
});

test.each<[string, Partial<RiskSigns>, string]>([
  ["a change that nothing uses", { files: 100, signatures: 1, complexity: 30 }, "low"],
  ["one file of two hundred", { files: 200, files_reached: 1, direct: 1, depth: 1, tests: 3 }, "low"],
  ["five files of a hundred", { files: 100, files_reached: 5, direct: 6, depth: 2, tests: 2 }, "medium"],
  ["twenty files of a hundred", { files: 100, files_reached: 20, direct: 20, depth: 3, tests: 2 }, "high"],
  ["half of a hundred", { files: 100, files_reached: 50, direct: 50, depth: 4, signatures: 1 }, "critical"],
  [
    "three hundred of three thousand",
    { files: 3000, files_reached: 600, direct: 50, depth: 5, exported: 2 },
    "critical",
  ],
])("%s", (_, signs, level) => {
  expect(risk({ ...none, ...signs }).level).toBe(level);
});

test.each([
  [60, "critical"],
  [59, "high"],
  [40, "high"],
  [39, "medium"],
  [20, "medium"],
  [19, "low"],
  [0, "low"],
])("a score of %i is %s", (score, level) => expect(levelOf(score)).toBe(level));

test("more of any sign never lowers the score, and less tests never do", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 3000; round += 1) {
    const files = Math.floor(random() * 2000);
    const signs: RiskSigns = {
      changed: 1,
      files,
      files_reached: Math.floor(random() * files),
      direct: Math.floor(random() * 40),
      depth: Math.floor(random() * 9),
      exported: Math.floor(random() * 5),
      signatures: Math.floor(random() * 5),
      complexity: Math.floor(random() * 60),
      tests: Math.floor(random() * 3),
      unresolved: random(),
    };
    const { score } = risk(signs);
    for (const sign of [
      "files_reached",
      "direct",
      "depth",
      "exported",
      "signatures",
      "complexity",
      "unresolved",
    ] as const) {
      expect(risk({ ...signs, [sign]: signs[sign] + random() * 10 }).score, sign).toBeGreaterThanOrEqual(
        score,
      );
    }
    expect(risk({ ...signs, tests: 0 }).score).toBeGreaterThanOrEqual(score);
  }
});

test.each([5, 20, 100, 500, 5000, 100_000])(
  "critical spreads four times as far as low among %i files",
  (files) => {
    const low = { ...none, files, tests: 1 };
    let farthestLow = 0;
    let nearestCritical = Infinity;
    for (let reached = 0; reached <= files; reached += Math.max(1, files / 1000)) {
      if (risk({ ...low, files_reached: reached }).score < RISK_LEVEL_FROM.medium) farthestLow = reached;
      const worst = { ...most, files, files_reached: reached };
      if (risk(worst).level === "critical") nearestCritical = Math.min(nearestCritical, reached);
    }
    expect(nearestCritical).toBeGreaterThanOrEqual(4 * farthestLow);
    expect(nearestCritical).toBeLessThanOrEqual(files);
  },
);

test("broken numbers give a score all the same", () => {
  const { score } = risk({
    ...none,
    changed: 0,
    files: Number.NaN,
    unresolved: Number.NaN,
    depth: -3,
    files_reached: -1,
  });
  expect(score).toBe(0);
});

test("reasons are sentences with numbers", () => {
  const { reasons } = risk({
    ...none,
    files: 10,
    files_reached: 5,
    direct: 1,
    depth: 2,
    signatures: 1,
    unresolved: 0.2,
  });
  expect(reasons).toEqual([
    "It reaches 5 other files, 50 % of the code",
    "1 definition uses it directly",
    "It spreads over 2 steps",
    "1 header changed or gone",
    "No test is known to reach it",
    "20 % of the calls around it could not be followed",
  ]);
});
