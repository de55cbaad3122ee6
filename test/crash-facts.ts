/** What a validation came to, as far as anybody can see: the same whatever happened to the Worker meanwhile. */
import { expect } from "vitest";
import { type App, merges, ourChecks, type Project, rows, sandboxes } from "./machine.ts";

type Opened = { number: number; head: string };
export type Facts = Awaited<ReturnType<typeof factsOf>>;

export async function factsOf(app: App, one: Project, { number, head }: Opened) {
  const pull = await app.api.pull(one.id, number);
  const [newest] = pull.validations;
  if (newest === undefined) throw new Error(`Pull request ${number} was never validated`);
  const { steps } = await app.api.validation(newest.id);
  const audit = await rows<{ action: string; target: string }>(
    app,
    "SELECT action, target FROM audit WHERE project_id = ? AND (target = ? OR target = ?) ORDER BY id",
    ...[one.id, newest.id, `#${number}`],
  );
  const [attested] = await rows<{ n: number }>(
    app,
    "SELECT count(*) AS n FROM attestations WHERE validation_id = ?",
    newest.id,
  );
  const repository = app.github.repository(one.full_name);
  const comments = repository.issues.get(number)?.comments ?? [];
  const subjects = await landedOn(app, one);
  return {
    validations: pull.validations.map(({ state, merge_state, attempt }) => ({ state, merge_state, attempt })),
    merges: merges(app, one, number).map(({ sha, status }) => [sha === head, status]),
    landed: subjects.filter((subject) => new RegExp(`#${number}\\b`).test(subject)).length,
    checks: ourChecks(app, one, head).map(({ status, conclusion }) => [status, conclusion]),
    comments: comments.filter(({ body }) => body.startsWith("<!-- tidegate:mark:")).length,
    said: comments.at(-1)?.body.includes("Merged"),
    sandboxes: (await sandboxes(app)).filter(({ id }) => id.startsWith(newest.id)).length,
    instances: new Set(steps.flatMap(({ evidence }) => evidence?.container_id ?? [])).size,
    steps: steps.map(({ kind, try: nth, state }) => `${kind} ${nth} ${state}`).sort(),
    attested: attested?.n,
    audit: audit.map(({ action }) => action).filter((action) => !action.startsWith("pull.")),
    pull: audit.map(({ action }) => action).filter((action) => action.startsWith("pull.")),
  };
}

/** First lines of the last commits of the base. */
async function landedOn({ github, owner }: App, { full_name }: Project): Promise<string[]> {
  const headers = { authorization: `Bearer ${owner.token}`, "user-agent": "test" };
  const answer = await fetch(`${github.apiUrl}/repos/${full_name}/commits?sha=main&per_page=100`, {
    headers,
  });
  const commits = (await answer.json()) as { commit: { message: string } }[];
  return commits.map(({ commit }) => commit.message.split("\n")[0] ?? "");
}

/** Once, whatever is counted; and all else as where nothing happened. */
export function expectOnce(facts: Facts, undisturbed: Facts, when = "undisturbed"): void {
  expect(facts, when).toMatchObject({
    validations: [{ state: "passed", merge_state: "merged", attempt: 1 }],
    merges: [[true, 200]],
    landed: 1,
    checks: [["completed", "success"]],
    ...{ comments: 1, sandboxes: 0, instances: 1, attested: 1 },
    audit: undisturbed.audit,
  });
  expect(facts.pull, when).toEqual([...new Set(facts.pull)]);
  // How often a check run or a comment is written depends on what became known together.
  const steps = ({ steps }: Facts) => steps.filter((step) => !step.startsWith("report"));
  expect(steps(facts), when).toEqual(steps(undisturbed));
  expect(
    facts.steps.filter((step) => step.endsWith("running")),
    when,
  ).toEqual([]);
}
