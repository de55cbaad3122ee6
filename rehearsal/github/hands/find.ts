/** Finding things by the names people use; throws what a test's author should read. */
import type { Pull, Repository, User } from "../nouns.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, findUser, type World } from "../world.ts";

/** `owner/name`. */
export type FullName = string;

export function repositoryNamed(world: World, name: FullName): Repository {
  const [owner = "", repo = ""] = name.split("/");
  const repository = findRepository(world, owner, repo);
  if (repository === undefined) throw new Error(`Cannot find repository "${name}"`);
  return repository;
}

export function userNamed(world: World, login: string): User {
  const user = findUser(world, login);
  if (user === undefined) throw new Error(`Cannot find user "${login}"`);
  return user;
}

export function pullNumbered(world: World, name: FullName, number: number): Pull {
  const issue = repositoryNamed(world, name).issues.get(number);
  if (issue === undefined || !isPull(issue)) throw new Error(`Cannot find pull request "${name}#${number}"`);
  return issue;
}
