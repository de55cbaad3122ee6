/** What our checks are called. GitHub knows a check by its name on a commit alone, whatever pull request it is of. */
import { sha256 } from "../../digest.ts";

const NAME = "tidegate";
/** A base that stands in a name as it is: GitHub compares some names without regard to capitals, and bounds all. */
const PLAIN = /^[a-z0-9._/-]{1,80}$/;

/** What our checks of a project are called; its scope is its id where another project had the repository first. */
function nameOf(scope: string | null): string {
  return scope === null ? NAME : `${NAME}/${scope}`;
}

/**
 * The name of the check of pull requests into a base. A branch that requires its own name cannot be satisfied by what
 * the rules of another branch let pass.
 *
 * @param base the branch that a pull request goes into
 * @param usual the default branch, whose check has the short name; null when it is not sure which one that is
 * @param scope tells projects of one repository apart; null: the plain name is this project's own
 */
export async function checkName(
  base: string,
  usual: string | null,
  scope: string | null = null,
): Promise<string> {
  const name = nameOf(scope);
  if (base === usual) return name;
  if (PLAIN.test(base)) return `${name} (${base})`;
  const like = base
    .toLowerCase()
    .replace(/[^a-z0-9._/-]/g, "-")
    .slice(0, 40);
  // No plain base has a space in it, so none is called like this one.
  return `${name} (${like} #${(await sha256(base)).slice(0, 32)})`;
}

/** Whether a check or status of this name may be of any project here: to whoever listens to itself there is no end. */
export function isNameOfAny(name: string): boolean {
  return /^tidegate(\/[a-z0-9-]+)?($| \()/.test(name);
}

/** Whether a check or status of this name may be this project's, of whatever base. */
export function isOurName(name: string, scope: string | null = null): boolean {
  const own = nameOf(scope);
  return name === own || name.startsWith(`${own} (`);
}
