/** The merge queue and pausing from a terminal, against a small Tidegate. */
import { expect, test } from "vitest";
import type { QueueEntry } from "../../../models/queue.ts";
import { useCommand } from "../runs/command.fixture.ts";

const { stage, tidegate } = useCommand();

const entry = (pr_number: number, changes: Partial<QueueEntry> = {}): QueueEntry => ({
  ...{ pr_number, validation_id: `v${pr_number}`, state: "passed", queued_at: pr_number },
  ...{ held_by: null, merging: null },
  ...changes,
});

test("the queue of each base is shown with who is merged, held and validated anew", async () => {
  const main = [
    entry(1, { merging: 1 }),
    entry(2, { held_by: "mi\u001b[31mra" }),
    entry(3, { state: "running" }),
  ];
  stage.small.queues = [
    { base_ref: "main", entries: main },
    { base_ref: "next", entries: [] },
  ];
  const { code, stdout } = await tidegate(["queue"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["into main"],
    ["1", "#1", "is being merged", expect.stringMatching(/^since 1970/)],
    ["2", "#2", "held by mi\\u001b[31mra", expect.any(String)],
    ["3", "#3", "is validated anew: the base moved", expect.any(String)],
    [""],
  ]);
  expect(JSON.parse((await tidegate(["queue", "--json"])).stdout)).toEqual(stage.small.queues);
});

test("an empty queue is said to be empty", async () => {
  expect((await tidegate(["queue"])).stdout).toBe("Nothing waits to be merged.\n");
});

test("what a person asks is asked, and a refusal is said in the server's words", async () => {
  for (const action of ["jump", "hold", "release", "remove", "join"])
    expect((await tidegate(["queue", action, "7"])).code).toBe(0);
  expect(stage.small.asked).toEqual(["jump 7", "hold 7", "release 7", "remove 7", "join 7"]);
  stage.small.refuseQueue = "Cannot jump #7: its merge is under way";
  const refused = await tidegate(["queue", "jump", "7"]);
  expect([refused.code, refused.stderr.trim()]).toEqual([4, stage.small.refuseQueue]);
  expect((await tidegate(["queue", "jump"])).code).toBe(2);
});

test("a project is paused and goes on", async () => {
  expect((await tidegate(["pause"])).stdout).toContain("shop is paused by owner.");
  expect((await tidegate(["resume"])).stdout).toContain("shop goes on.");
  expect(stage.small.asked).toEqual(["POST /projects/shop/pause", "POST /projects/shop/resume"]);
});
