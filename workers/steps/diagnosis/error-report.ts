/** Puts together what an agent is told of a failed validation. */
import { estimate } from "../../../graph/queries/tokens.ts";
import { sha256 } from "../../digest.ts";
import type { ErrorReport, Failure, Means } from "./failure.ts";

/** What failed and why, in no more tokens than the budget. */
export async function errorReport(failure: Failure, means: Means): Promise<ErrorReport> {
  const reason = failure.validation.reason?.message ?? "The validation failed";
  const text = reason.slice(0, means.budget);
  return {
    text,
    tokens: estimate.count(text),
    fingerprint: await sha256(reason),
    files: [],
    screenshots: [],
  };
}
