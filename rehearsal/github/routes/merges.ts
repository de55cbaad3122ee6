/** The merge button, the update button, and "is it merged". */
import { merge, updateBranch } from "../acts/merge.ts";
import { pullFiles } from "../acts/mergeability.ts";
import { actorOf } from "../auth.ts";
import type { Pull, Repository } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { demandWorkflows } from "../rights.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { exclusive } from "../world.ts";
import { type Api, bodyOf, type Ctx, choiceIn, pullIn, repositoryIn, stringIn } from "./api.ts";

const WRITE = { permission: "contents", level: "write" } as const;

export function merges(api: Api): void {
  api.get("/repos/:owner/:repo/pulls/:number/merge", (c) => {
    const pull = pullIn(c, repositoryIn(c, { permission: "contents" }));
    if (pull.mergedAt === null) throw notFound();
    return c.body(null, 204);
  });
  api.put("/repos/:owner/:repo/pulls/:number/merge", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const pull = pullIn(c, repository);
    const body = await bodyOf(c);
    const request = {
      method: choiceIn(body, "merge_method", ["merge", "squash", "rebase"]) ?? "merge",
      title: stringIn(body, "commit_title"),
      message: stringIn(body, "commit_message"),
      sha: stringIn(body, "sha"),
      actor: actorOf(c.get("viewer")),
    };
    if (request.sha !== null && !/^[0-9a-f]{40}$/.test(request.sha)) {
      throw unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
    }
    await demandMergeOfWorkflows(c, repository, pull);
    const sha = await exclusive(world, () => merge(world, repository, pull, request));
    return c.json({ sha, merged: true, message: "Pull Request successfully merged" });
  });
  api.put("/repos/:owner/:repo/pulls/:number/update-branch", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const pull = pullIn(c, repository);
    const expected = stringIn(await bodyOf(c), "expected_head_sha");
    if (expected !== null && expected !== pull.headSha) {
      throw unprocessable("expected head sha didn’t match current head ref.");
    }
    await exclusive(world, () => updateBranch(world, repository, pull, actorOf(c.get("viewer"))));
    const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
    return c.json({ message: "Updating pull request branch.", url }, 202);
  });
}

/** An App that may write contents may not merge workflows by that: people meet this as a refusal of the very last request. */
async function demandMergeOfWorkflows(c: Ctx, { dir }: Repository, pull: Pull): Promise<void> {
  const viewer = c.get("viewer");
  if (viewer.kind !== "installation") return;
  const files = await pullFiles(dir, pull);
  demandWorkflows(
    viewer,
    files.map(({ filename }) => filename),
  );
}
