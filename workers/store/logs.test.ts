import { expect, test } from "vitest";
import { useD1 } from "./d1.fixture.ts";
import { endOfLog } from "./logs.ts";

const stage = useD1();

test("a log is of one project: whoever listens to another is told nothing of it", async () => {
  const { db } = stage;
  const run = (query: string, ...values: unknown[]) =>
    db
      .prepare(query)
      .bind(...values)
      .run();
  for (const id of ["ours", "theirs"]) {
    const validation = { id, project_id: id };
    await run(
      "INSERT INTO validations (id, project_id, pr_number, head_sha, attempt, state, merge_state, created_at, revision, data) VALUES (?, ?, 1, 'a', 1, 'passed', 'none', 1, 1, ?)",
      ...[id, id, JSON.stringify(validation)],
    );
    await run(
      "INSERT INTO steps (id, validation_id, kind, try, state, log, memo, started_at, finished_at) VALUES (?, ?, 'test', 1, 'passed', 'key', '{}', 1, 2)",
      ...[`${id}.test.1`, id],
    );
  }
  const kept = { size: 7, customMetadata: { truncated: "true" } };
  const env = { DB: db, ARTIFACTS: { head: async () => kept } } as unknown as Env;
  expect(await endOfLog(env, "ours", "ours.test.1")).toEqual({
    key: "key",
    status: "passed",
    bytes: 7,
    truncated: true,
  });
  expect(await endOfLog(env, "ours", "theirs.test.1")).toBeNull();
  expect(await endOfLog(env, "ours", "nobody.test.1")).toBeNull();
});
