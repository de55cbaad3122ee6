/** A failed validation, read into a report for whoever mends it. */
export { errorReport } from "./error-report.ts";
export type { ErrorReport, Failure, Means } from "./failure.ts";
