/** S2: a delivery is worked on once, however often and in whatever order it comes, and never lost. */
import { createHash, randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { post, pullBody } from "./deliveries.ts";
import { type App, open, ourChecks, project, rows, settled, useApp } from "./machine.ts";

const stage = useApp();
afterEach(() => stage.app.github.faults.clear());

const deliveries = (app: App) => rows<{ id: string; state: string }>(app, "SELECT * FROM deliveries");

describe("a delivery that comes more than once", () => {
  test("fifty times at once: one is accepted, one validation, one check run", async () => {
    const { app } = stage;
    const one = await project(app, "crowd", {}, { auto_merge_enabled: false });
    app.github.faults.addHook({ act: "lose" });
    const { number, head } = await open(app, one, "change");
    const sent = { guid: randomUUID(), body: pullBody(app, one, number) };
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(app, sent)));
    expect(answers.filter(({ status, said }) => status === 202 && said.accepted === true)).toHaveLength(1);
    expect(answers.filter(({ status, said }) => status === 200 && said.duplicate === true)).toHaveLength(49);
    const validation = await settled(app, one, number);
    const late = await post(app, sent);
    expect(late).toMatchObject({ status: 200, said: { duplicate: true, validation_id: validation.id } });
    expect((await app.api.pull(one.id, number)).validations).toHaveLength(1);
    expect(ourChecks(app, one, head)).toHaveLength(1);
  });

  test("redelivered by GitHub: nothing new happens", async () => {
    const { app } = stage;
    const one = await project(app, "again");
    const { number, head } = await open(app, one, "change");
    const validation = await settled(app, one, number);
    await app.github.settled();
    const opened = app.github.deliveries.find(
      ({ event, request }) => event === "pull_request" && request.body.includes(head),
    );
    if (opened === undefined) throw new Error("GitHub sent nothing");
    const again = app.github.redeliver(opened);
    await app.github.settled();
    expect(again.statusCode).toBe(200);
    expect(JSON.parse(again.response?.payload ?? "")).toMatchObject({
      duplicate: true,
      validation_id: validation.id,
    });
    expect((await app.api.pull(one.id, number)).validations).toHaveLength(1);
    expect(ourChecks(app, one, head)).toHaveLength(1);
  });

  test("with another body: 409, an audit row, and nothing is processed", async () => {
    const { app } = stage;
    const one = await project(app, "forged");
    app.github.faults.addHook({ act: "lose" });
    const { number } = await open(app, one, "change");
    const guid = randomUUID();
    expect((await post(app, { guid, event: "ping", body: "{}" })).status).toBe(202);
    const answer = await post(app, { guid, body: pullBody(app, one, number) });
    expect([answer.status, answer.said.code]).toEqual([409, "delivery_id_conflict"]);
    const audit = await rows<{ action: string }>(app, "SELECT * FROM audit WHERE target = ?", guid);
    expect(audit.map((row) => row.action)).toEqual(["delivery.conflict"]);
    expect((await deliveries(app)).find((row) => row.id === guid)?.state).toBe("ignored");
    expect(await app.api.pulls(one.id)).toEqual([]);
  });
});

describe("a delivery that was written down but never queued", () => {
  test.each(["the cron", "its redelivery"])("is taken up by %s, and processed once", async (by) => {
    const { app } = stage;
    const one = await project(app, by.replaceAll(" ", "-"));
    app.github.faults.addHook({ act: "lose" });
    const { number, head } = await open(app, one, "change");
    const sent = { guid: randomUUID(), body: pullBody(app, one, number) };
    const digest = createHash("sha256").update(sent.body).digest("hex");
    const { id } = app.github.repository(one.full_name);
    const written =
      "INSERT INTO deliveries (id, event, body_sha256, state, repo_id, pr_number, lease_until, received_at) VALUES (?, 'pull_request', ?, 'received', ?, ?, 1, 1)";
    await rows(app, written, sent.guid, digest, id, number);
    if (by === "the cron") {
      const worker = await app.worker.miniflare.getWorker("tidegate");
      for (let nth = 0; nth < 3; nth++) await worker.scheduled({ cron: "* * * * *" });
    } else {
      for (let nth = 0; nth < 3; nth++) expect((await post(app, sent)).said.duplicate).toBe(true);
    }
    const validation = await settled(app, one, number);
    expect(validation.delivery_id).toBe(sent.guid);
    expect((await app.api.pull(one.id, number)).validations).toHaveLength(1);
    expect(ourChecks(app, one, head)).toHaveLength(1);
    expect((await deliveries(app)).find((row) => row.id === sent.guid)?.state).toBe("done");
  });
});
