import { expect, test } from "vitest";
import { marked, noticesAfter, parseNotices } from "./notices.ts";
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

test.each([null, "", "{", '[{"id":1}]', '"x"'])("parseNotices() makes nothing of %j", (text) => {
  expect(parseNotices(text)).toEqual([]);
});
