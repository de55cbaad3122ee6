/** What people say to each other and how: comments, reactions, labels, reviews. */
import type { App, User } from "./nouns.ts";

export type Label = { id: number; name: string; color: string; description: string | null };

export type Comment = { id: number; user: User; body: string; createdAt: number; updatedAt: number };

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type Reaction = { id: number; user: User; content: (typeof REACTIONS)[number]; createdAt: number };

/** `app`: the App through which it was written, by its bot or in a person's name. */
export type IssueComment = Comment & { app: App | null; reactions: Reaction[] };

/** What happened to an issue or a pull request; `label` of those about labels, `commitId` of a merge. */
export type IssueEvent = {
  id: number;
  event: "labeled" | "unlabeled" | "closed" | "reopened" | "merged";
  actor: User;
  app: App | null;
  label: Label | null;
  commitId: string | null;
  createdAt: number;
};

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export type Review = {
  id: number;
  user: User;
  body: string;
  state: ReviewState;
  commitId: string;
  submittedAt: number | null;
};

export type ReviewComment = Comment & {
  reviewId: number;
  commitId: string;
  path: string;
  line: number | null;
  side: "LEFT" | "RIGHT";
  inReplyTo: number | null;
};
