/** GitHub as the rest of Tidegate sees it. */
export { shareBuckets } from "./buckets.ts";
export * from "./checks.ts";
export { type Repo, statusOf } from "./client.ts";
export * from "./comments.ts";
export * from "./commit.ts";
export * from "./commits.ts";
export * from "./compare.ts";
export * from "./contents.ts";
export * from "./deliveries.ts";
export * from "./merge.ts";
export { AuthRevoked, GitHubCrowded, GitHubPaused, NotSent, timeOf, wasNotAsked } from "./not-asked.ts";
export * from "./pulls.ts";
export { GitHubRefusal } from "./refusal.ts";
export * from "./repositories.ts";
export * from "./standing.ts";
export type { ChangedFile } from "./trees.ts";
