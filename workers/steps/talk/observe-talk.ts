/** What people ask for in comments and by a label: read live, and heard only from those who may write. */
import { noteTo } from "../../project/index.ts";
import {
  canWrite,
  labelledBy,
  permissionOf,
  type Repo,
  react,
  readComment,
} from "../../providers/github/index.ts";
import { commentHeard, type DeliveryRow, LABELED, RUN_LABEL } from "../../store/deliveries.ts";
import { type Vars, varsOf } from "../../vars.ts";
import { commandIn } from "./command-text.ts";
import { obey, type Projects } from "./obey.ts";
import { OURS, type Request } from "./request.ts";

/** How a delivery ends; `reason` of what is ignored. */
type End = { state: "done" | "ignored"; reason: string | null };
const ignored = (reason: string): End => ({ state: "ignored", reason });

/** Somebody asks for something with it. */
export function isTalk({ comment_id, action }: DeliveryRow): boolean {
  return comment_id !== null || action === LABELED;
}

/** Hears what was asked for, and does it once, however many projects look after the repository. */
export async function observeTalk(env: Env, delivery: DeliveryRow, projects: Projects): Promise<End> {
  const vars = varsOf(env);
  const [repo] = projects;
  const request =
    delivery.comment_id === null
      ? await requestByLabel(vars, repo, delivery.pr_number)
      : await requestInComment(env, repo, delivery, delivery.comment_id);
  if (typeof request === "string") return ignored(request);
  const permission = await permissionOf(vars, repo, request.login);
  if (!canWrite(permission)) {
    await noteTo(env, repo.id, {
      fact: `refused.${delivery.id}`,
      actor: `github:${request.login}`,
      action: "command.refused",
      target: `${repo.full_name}#${request.number}`,
      detail: `${request.command.verb}, with permission ${permission}`,
      delivery_id: delivery.id,
    });
    if (request.comment_id !== null) await react(vars, repo, request.comment_id, "confused");
    return ignored("not_allowed");
  }
  await obey(env, { ...request, delivery_id: delivery.id }, projects);
  return { state: "done", reason: null };
}

/** What a comment asks for, or why it is not heard. */
async function requestInComment(
  env: Env,
  repo: Repo,
  delivery: DeliveryRow,
  id: number,
): Promise<Omit<Request, "delivery_id"> | string> {
  const vars = varsOf(env);
  // Two hooks, or somebody who sends an old delivery under a new id.
  if (await commentHeard(env.DB, id, delivery.id)) return "duplicate_comment";
  const comment = await readComment(vars, repo, id);
  if (comment === null) return "comment_gone";
  const { body, login, number, app_id, user_type, created_at } = comment;
  const byApp = app_id !== null && String(app_id) === vars.GITHUB_APP_ID;
  if (byApp || user_type === "Bot" || body.includes(OURS)) return "self";
  const command = commandIn(body);
  if (command === null) return "no_command";
  return { command, login, number, comment_id: id, written_at: Date.parse(created_at), key: `c${id}` };
}

/** The label asks for a run whose goal is what it stands on. */
async function requestByLabel(
  vars: Vars,
  repo: Repo,
  number: number | null,
): Promise<Omit<Request, "delivery_id"> | string> {
  const set = number === null ? null : await labelledBy(vars, repo, number, RUN_LABEL);
  if (number === null || set === null) return "label_gone";
  const command = { verb: "run", goal: "" } as const;
  return { command, login: set.login, number, comment_id: null, written_at: null, key: `l${set.event_id}` };
}
