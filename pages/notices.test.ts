import { expect, test } from "vitest";
import { marked, noticesAfter, parseNotices, placeOf } from "./notices.ts";
import { event } from "./nouns.fixture.ts";

const said = (seq: number) =>
  event(
    { type: "notification.new", level: "info", pr_number: 7, validation_id: null, message: `no ${seq}` },
    seq,
  );

test("noticesAfter() keeps a notice once, newest first, and not for ever", () => {
  let all = noticesAfter([], said(1));
  all = noticesAfter(all, said(2));
  expect(noticesAfter(all, said(1))).toBe(all);
  expect(all.map((notice) => notice.message)).toEqual(["no 2", "no 1"]);
  for (let seq = 3; seq < 300; seq++) all = noticesAfter(all, said(seq));
  expect([all.length, all[0]?.message]).toEqual([100, "no 299"]);
});

test("marked() reads one or all", () => {
  const all = noticesAfter(noticesAfter([], said(1)), said(2));
  const unread = (notices: typeof all) => notices.filter((notice) => !notice.read).length;
  expect([unread(marked(all, all[0]?.id)), unread(marked(all))]).toEqual([1, 0]);
});

test("placeOf() leads to the run, else to the validation, the pull request or the project", () => {
  const notice = event({
    type: "notification.new",
    level: "warning",
    pr_number: 7,
    validation_id: "v 1",
    run_id: "run_1",
    message: "A run waits for a person",
  });
  const [of] = noticesAfter([], notice);
  if (of === undefined) throw new Error("Cannot find the notice");
  expect(placeOf(of)).toBe("/projects/shop/runs/run_1");
  expect(placeOf({ ...of, run_id: null })).toBe("/projects/shop/pulls/7?v=v%201");
  expect(placeOf({ ...of, run_id: null, validation_id: null })).toBe("/projects/shop/pulls/7");
  expect(placeOf({ ...of, run_id: null, pr_number: null })).toBe("/projects/shop");
});

test("parseNotices() reads what a page kept that knew no runs", () => {
  const [kept] = noticesAfter([], said(1));
  const { run_id: _, ...older } = kept ?? { run_id: null };
  expect(parseNotices(JSON.stringify([older]))).toEqual([kept]);
});

test.each([null, "", "{", '[{"id":1}]', '"x"'])("parseNotices() makes nothing of %j", (text) => {
  expect(parseNotices(text)).toEqual([]);
});
