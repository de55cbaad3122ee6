import { expect, test } from "vitest";
import type { LoggedDelivery } from "../../providers/github/index.ts";
import { lostIn } from "./deliveries.ts";

const logged: LoggedDelivery = {
  id: "3804004623172239367",
  guid: "0b989ba4-242f-11e5-81e1-c7b6966d2516",
  delivered_at: 1_000,
  status_code: 502,
  event: "pull_request",
  repository_id: 1,
};
const asked = [{ guid: logged.guid, delivery_id: logged.id }];

test.each<[string, Partial<LoggedDelivery>, typeof asked]>([
  ["that got no answer", {}, asked],
  ["that was refused", { status_code: 503 }, asked],
  ["that timed out", { status_code: 504 }, asked],
  ["that was never sent", { status_code: 0 }, asked],
  ["of no repository, such as an installation's", { repository_id: null }, asked],
  ["that was taken", { status_code: 202 }, []],
  ["that was a duplicate", { status_code: 200 }, []],
  ["of a repository that nobody pinned", { repository_id: 2 }, []],
  ["that was read before", { delivered_at: 999 }, []],
])("a delivery %s", (_, more, lost) => {
  expect(lostIn([{ ...logged, ...more }], new Set([1]), 1_000)).toEqual(lost);
});
