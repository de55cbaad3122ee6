/** Why GitHub was not asked, or surely did nothing: never to be taken for an answer that got lost. */
import { AppError } from "../../errors.ts";
import { messageOf } from "../../log.ts";

/** Nothing may be asked with this credential for a while. The same goes on then, and nothing went wrong. */
export class GitHubPaused extends AppError {
  readonly until: number;

  /** @param what people read it before `until …` */
  constructor(what: string, until: number) {
    const retry_after_s = Math.max(1, Math.ceil((until - Date.now()) / 1000));
    super("unavailable", `${what} until ${timeOf(until)}`, undefined, { retry_after_s });
    this.name = "GitHubPaused";
    this.until = until;
  }
}

/** Too many changes wait to be written one after another: that is our own doing, and its end is a guess. */
export class GitHubCrowded extends GitHubPaused {}

/** GitHub takes our credential no more: only a person can change that. */
export class AuthRevoked extends AppError {
  constructor(name: string, answer: string) {
    const question = "Was the App uninstalled or suspended there, or its key or token replaced?";
    super("github", `GitHub does not let us in as ${name}: it answered ${answer}. ${question}`);
    this.name = "AuthRevoked";
  }
}

/** Something of ours was missing before the request could leave. */
export class NotSent extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = "NotSent";
  }
}

export function wasNotAsked(error: unknown): error is GitHubPaused | AuthRevoked | NotSent {
  return error instanceof GitHubPaused || error instanceof AuthRevoked || error instanceof NotSent;
}

/** A moment as people read it: `2026-03-01 12:20:00 UTC`. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
