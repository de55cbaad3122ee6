/** A merge queue for tests: pull requests that passed one after the other, and GitHub's answers. */
import { mergeAnswer, ordered, type Project, passGate, projectAt, writeReports } from "./decide.fixture.ts";

export const TIP = "9".repeat(40);
export const MOVED = {
  state: "failed" as const,
  reason: null,
  merge: {
    state: "blocked" as const,
    reasons: [{ code: "base_moved", message: "main moved" }],
    commit_sha: null,
    again_s: null,
  },
};

/** Pull requests of these numbers that passed one after the other; the first is being merged. */
export function queue(...numbers: number[]): Project {
  const project = projectAt();
  for (const number of numbers) {
    project.see({ number, head_sha: String(number).repeat(40), head_ref: `b${number}` });
    pass(project, number);
    project.wait(1_000);
  }
  return project;
}

export function pass(project: Project, number: number): void {
  const { id } = project.newest(number);
  passGate(project, id);
  writeReports(project, id);
}

export function answer(project: Project, number: number, outcome = mergeAnswer("merged")): string[] {
  const { id, merge_tries } = project.newest(number);
  return ordered(project.end(id, "merge", outcome, merge_tries)).filter((one) => one.startsWith("merge"));
}

export const merges = (project: Project, ...numbers: number[]) =>
  numbers.map((number) => project.newest(number).merge_state);

export const at = (number: number) => ({
  number,
  head_sha: String(number).repeat(40),
  head_ref: `b${number}`,
});
