/** Values of secrets in what people say to a run: prompts, commits, branches and pull requests would carry them on. */
import type { NewRun, PlanAnswer } from "../../../models/run.ts";
import { knownSecrets } from "../../store/secrets.ts";
import { varsOf } from "../../vars.ts";
import { formsOf, redact } from "../redact.ts";

/** Why a goal cannot be taken, in words that do not hold the value; null when it holds none. */
export function secretInGoal(
  env: Env,
  projectId: string,
  { target_text, files = [] }: Pick<NewRun, "target_text" | "files">,
): Promise<string | null> {
  return secretIn(env, projectId, "the goal", [target_text, ...files].join("\n"));
}

/** Why an answer to a plan cannot be taken, in words that do not hold the value; null when it holds none. */
export async function secretInAnswer(
  env: Env,
  projectId: string,
  answer: PlanAnswer,
): Promise<string | null> {
  if (answer.answer === "edit") return secretIn(env, projectId, "the plan", answer.text);
  if (answer.answer === "again") return secretIn(env, projectId, "the feedback", answer.feedback);
  return null;
}

async function secretIn(env: Env, projectId: string, what: string, text: string): Promise<string | null> {
  const name = nameOf(await knownSecrets(env.DB, varsOf(env).SECRETS_KEY, projectId), text);
  if (name === null) return null;
  return `${what} holds a value of the secret ${name}: write its name instead, and change the value, since it was said`;
}

/** Not kept secret by anybody, though agents find them among their keys. */
const SETTING = /_(?:PROVIDER|MODEL)$/;
/** Such a word is said by chance: a goal may ask for a "test" where NODE_ENV is one. */
const WORD = /^[a-z]{1,7}$/i;

/** The first secret whose value redaction would find in the text, however it is written. Pure. */
export function nameOf(known: readonly { name: string; value: string }[], text: string): string | null {
  const told = known.find(
    ({ name, value }) =>
      !SETTING.test(name) && !WORD.test(value) && redact(formsOf([value]), text, true).clean !== text,
  );
  return told?.name ?? null;
}
