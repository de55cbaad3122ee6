/** A person with write permission lets the code of a fork run, or what is held be merged: one commit, and no other. */
import type { Validation } from "../../../models/validation.ts";
import { readPull } from "../../providers/github/index.ts";
import { listValidations } from "../../store/validations.ts";
import { varsOf } from "../../vars.ts";
import { told } from "../runs/asking.ts";
import { type Answer, answerTo, said } from "./answer.ts";
import type { Projects } from "./obey.ts";
import { causeOf, type Request } from "./request.ts";

/** GitHub says of a comment in which second it was written. */
const SECOND_MS = 1_000;

/** @param sha the commit that is meant, in full; null: the live head */
export async function approve(
  env: Env,
  request: Request,
  sha: string | null,
  projects: Projects,
): Promise<Answer> {
  const { number, login, key, written_at } = request;
  const pull = await readPull(varsOf(env), projects[0], number);
  if (pull === null) return said("There is no pull request here to approve.");
  const head = pull.head_sha;
  const nothing = "so nothing was approved. Look at it, and approve it once more";
  // Two commits that begin alike are made in no time: a short name is anybody's.
  if (sha !== null && sha.length < head.length)
    return said(`A short name may be another commit's, ${nothing}: name the whole \`${head}\`.`);
  if (sha !== null && head !== sha) return said(`Its head is \`${head}\` by now, ${nothing}.`);
  const lists = await Promise.all(projects.map(({ id }) => listValidations(env.DB, id, number)));
  const found = lists.flatMap((list) => newestOf(list, head) ?? []);
  if (found.length === 0) return said(`\`${head}\` is not known here yet, ${nothing} in a moment.`);
  // Pushed behind the comment: whoever wrote that saw another commit, unless this one is named in it.
  const unseen = found.some(({ created_at }) => created_at >= (written_at ?? 0) + SECOND_MS);
  if (sha === null && unseen) return said(`\`${head}\` came after your comment, ${nothing}.`);
  // That it may run says nothing of what came of it: whoever lets it be merged has seen that.
  const early = found.some((one) => !wasSeen(one, written_at ?? 0));
  if (early) return said(`\`${head}\` was not validated yet when you wrote, ${nothing}.`);
  const answers: Answer[] = [];
  for (const { id, project_id, waits } of found) {
    const asked = {
      type: "approve.asked",
      id: `comment.${key}.approve`,
      validation_id: id,
      by: login,
    } as const;
    const what = waits === null ? "may be merged" : "may run";
    const words = `Approved, as ${login} asked: exactly \`${head}\` ${what}. Another push needs another approval.`;
    answers.push(answerTo(await told(env, project_id, asked, causeOf(request, projects[0])), words));
  }
  return answers.find(({ sign }) => sign !== null) ?? answers[0] ?? said(`There is nothing here to approve.`);
}

/** Of what waits for its run there is nothing to see yet; of what is held, how it ended; of what runs, nobody knows. */
function wasSeen({ waits, finished_at, hold }: Validation, written_at: number): boolean {
  if (waits !== null) return true;
  if (finished_at === null) return false;
  return hold === null || finished_at < written_at + SECOND_MS;
}

/** The newest validation, if it is of this head: of an older one nothing is waited for. */
function newestOf(all: readonly Validation[], head: string): Validation | undefined {
  const [newest] = [...all].sort((one, other) => other.created_at - one.created_at);
  return newest?.head_sha === head ? newest : undefined;
}
