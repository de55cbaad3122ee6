/** Rows of the audit as they are asked for, in a real D1. */
import { beforeAll, expect, test } from "vitest";
import { GENESIS } from "../../models/audit.ts";
import { type AuditWish, addAudit, listAudit } from "./audit.ts";
import { useD1 } from "./d1.fixture.ts";

const stage = useD1();

const SAID: [actor: string, action: string, target: string, detail?: string][] = [
  ["owner", "project.pin", "shop"],
  ["github", "pull.seen", "#7"],
  ["github", "validation.started", "shop.7.aaaaaaaaaaaa.1", "#7: pull.seen"],
  ["tidegate", "merge.asked", "shop.7.aaaaaaaaaaaa.1"],
  ["agent:claude", "run.changed", "run_1", "shop.7.aaaaaaaaaaaa.2: validation.started"],
  ["github:mira", "queue.hold", "#17", "#17: pull.held"],
  ["webhook", "delivery.conflict", "x"],
  ["tidegate", "merge.merged", "shop.77.aaaaaaaaaaaa.1"],
  ["owner", "merger", "shop"],
];

beforeAll(async () => {
  const nothing = { before_hash: null, after_hash: null, request_id: null, delivery_id: null };
  const none = {
    validated_sha: null,
    observed_sha: null,
    policy_version: null,
    prev: GENESIS,
    hash: GENESIS,
  };
  for (const [nth, [actor, action, target, detail = ""]] of SAID.entries()) {
    const said = { fact: `f${nth}`, actor, action, target, detail };
    await addAudit(stage.db, { project_id: "shop", id: nth + 1, at: nth, ...said, ...nothing, ...none });
  }
});

const ids = async (wish: AuditWish, limit = 100) =>
  (await listAudit(stage.db, "shop", wish, limit)).map(({ id }) => id);

test.each<[AuditWish, number[]]>([
  [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ after: 7 }, [8, 9]],
  [{ newest: true, before: 4 }, [3, 2, 1]],
  [{ kind: "person" }, [1, 6, 9]],
  [{ kind: "agent" }, [5]],
  [{ kind: "webhook" }, [2, 3, 7]],
  [{ kind: "tidegate" }, [4, 8]],
  [{ action: "merge" }, [4, 8]],
  [{ action: "merge.asked" }, [4]],
  [{ pull: 7 }, [2, 3, 4, 5]],
  [{ pull: 17 }, [6]],
  [{ pull: 77, kind: "tidegate", action: "merge" }, [8]],
])("%j", async (wish, expected) => {
  expect(await ids(wish)).toEqual(expected);
});

test("one piece after the other gives all, each once", async () => {
  expect(await ids({ newest: true }, 4)).toEqual([9, 8, 7, 6]);
  expect(await ids({ newest: true, before: 6, kind: "webhook" }, 1)).toEqual([3]);
  expect(await listAudit(stage.db, "other", {}, 9)).toEqual([]);
});
