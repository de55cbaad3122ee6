import { ImpactAnswer, type ImpactQuestion } from "../../models/impact.ts";
import { changesOf } from "../queries/changes.ts";
import { impact } from "../queries/impact.ts";
import { likely } from "../queries/likely.ts";
import { ownersHit, ownersOf, parseOwners } from "../queries/owners.ts";
import { reach, wayOf } from "../queries/reach.ts";
import { risk } from "../queries/risk.ts";
import { testsToRun } from "../queries/tests-to-run.ts";
import type { GraphReader } from "../store.ts";

/** What a plugin is asked. */
export interface ImpactInput {
  reader: GraphReader;
  question: ImpactQuestion;
}

/** What a plugin may build on: the whole answer, and the pieces it is made of. */
export const impactTools = {
  impact,
  changesOf,
  reach,
  wayOf,
  likely,
  risk,
  testsToRun,
  parseOwners,
  ownersOf,
  ownersHit,
};
export type ImpactTools = typeof impactTools;

/** Answers in its own way what a change may break. */
export interface ImpactPlugin {
  name: string;
  version: string;
  analyzeImpact(input: ImpactInput, tools: ImpactTools): Promise<ImpactAnswer> | ImpactAnswer;
}

/** The way that is taken when no other is asked for. */
export const basicImpact: ImpactPlugin = {
  name: "basic",
  version: "1.0.0",
  analyzeImpact: ({ reader, question }, tools) => tools.impact(reader, question),
};

/**
 * Asks a plugin.
 *
 * @throws {TypeError} when what it answers is not an impact answer
 */
export async function analyzeImpact(plugin: ImpactPlugin, input: ImpactInput): Promise<ImpactAnswer> {
  const answer = ImpactAnswer.safeParse(await plugin.analyzeImpact(input, impactTools));
  if (answer.success) return { ...answer.data, plugin: plugin.name };
  const [issue] = answer.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new TypeError(
    `Cannot use the answer of impact plugin "${plugin.name}": field "${where}" ${issue?.message ?? ""}`,
  );
}
