/** What people write and label, arranged without HTTP; webhooks tell of it as ever. */
import { addComment, editComment } from "../acts/comments.ts";
import { openIssue } from "../acts/issues.ts";
import { setLabels } from "../acts/labels.ts";
import type { Issue, IssueComment, Pull, Repository, User } from "../nouns.ts";
import type { World } from "../world.ts";
import { type FullName, repositoryNamed, userNamed } from "./find.ts";

export type IssueOptions = { title: string; body?: string; labels?: string[]; by?: string };

export function talk(world: World) {
  const numbered = (name: FullName, number: number): Issue | Pull => {
    const issue = repositoryNamed(world, name).issues.get(number);
    if (issue === undefined) throw new Error(`Cannot find issue "${name}#${number}"`);
    return issue;
  };
  const person = (repository: Repository, by: string | undefined): User =>
    by === undefined ? repository.owner : userNamed(world, by);

  /** Labels as `next` makes them of the present ones. */
  async function relabel(
    name: FullName,
    number: number,
    by: string | undefined,
    next: (held: string[]) => string[],
  ): Promise<void> {
    const repository = repositoryNamed(world, name);
    const issue = numbered(name, number);
    const names = next(issue.labels.map((label) => label.name));
    await setLabels(world, repository, issue, names, { actor: person(repository, by), app: null });
  }

  return {
    /** An issue or a pull request, with all that was said and done on it. */
    issue: numbered,
    /** Somebody opens an issue; default: the owner. */
    openIssue(name: FullName, { title, body, labels = [], by }: IssueOptions): Promise<Issue> {
      const repository = repositoryNamed(world, name);
      const wanted = { title, body: body ?? null, labels, assignees: [] };
      return openIssue(world, repository, wanted, { actor: person(repository, by), app: null });
    },
    /** Somebody comments on an issue or a pull request; default: the owner. */
    comment(name: FullName, number: number, body: string, by?: string): IssueComment {
      const repository = repositoryNamed(world, name);
      const actor = person(repository, by);
      return addComment(world, repository, numbered(name, number), body, { actor, app: null });
    },
    /** The author of a comment, or whoever is named, changes what it says. */
    editComment(name: FullName, number: number, id: number, body: string, by?: string): void {
      const repository = repositoryNamed(world, name);
      const issue = numbered(name, number);
      const comment = issue.comments.find((one) => one.id === id);
      if (comment === undefined) throw new Error(`Cannot find comment "${id}" of "${name}#${number}"`);
      const actor = by === undefined ? comment.user : userNamed(world, by);
      editComment(world, repository, issue, comment, body, actor);
    },
    /** Somebody puts a label on an issue or a pull request. */
    label: (name: FullName, number: number, label: string, by?: string): Promise<void> =>
      relabel(name, number, by, (held) => [...held, label]),
    /** Somebody takes it off again. */
    unlabel: (name: FullName, number: number, label: string, by?: string): Promise<void> =>
      relabel(name, number, by, (held) => held.filter((one) => one !== label)),
  };
}
