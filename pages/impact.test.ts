import { describe, expect, test } from "vitest";
import type { Analysis } from "../models/analysis.ts";
import { impactView, lineUrl, reachText, riskLine, riskMark } from "./impact.ts";
import { detail, step, validation } from "./nouns.fixture.ts";

const totals = {
  changed_symbols: 1,
  affected_files: 2,
  affected_symbols: 3,
  direct: 2,
  tests: 0,
  findings: 0,
};
const found = { totals } as Analysis;

describe("impactView()", () => {
  test("waits before the analysis begins and while it runs", () => {
    expect(impactView(detail()).kind).toBe("waiting");
    expect(impactView(detail({ analysis: { state: "running", reason: null, found: null } })).kind).toBe(
      "waiting",
    );
  });

  test("draws nothing where none was wanted, begun, or is of interest", () => {
    const off = step({ kind: "analyze", state: "not_required" });
    expect(impactView(detail({ steps: [off] })).kind).toBe("none");
    expect(impactView(detail({ state: "failed" })).kind).toBe("none");
    expect(impactView(detail({ analysis: { state: "cancelled", reason: "over", found: null } })).kind).toBe(
      "none",
    );
  });

  test.each(["errored", "timed_out", "passed"] as const)(
    "%s without an answer is never shown as one",
    (state) => {
      const view = impactView(detail({ state: "passed", analysis: { state, reason: null, found: null } }));
      expect(view.kind).toBe("lost");
    },
  );

  test("shows what was found, also when it failed the validation", () => {
    const view = impactView(
      detail({ state: "failed", analysis: { state: "failed", reason: "eval", found } }),
    );
    expect(view).toEqual({ kind: "found", found });
  });
});

test("reachText() counts, and says when nothing depends on it", () => {
  expect(reachText(found)).toBe(
    "1 definition changed; 3 definitions in 2 other files may be affected, 2 directly.",
  );
  const alone = { totals: { ...totals, affected_symbols: 0 } } as Analysis;
  expect(reachText(alone)).toBe("1 definition changed; nothing else is known to depend on it.");
});

test("lineUrl() leads to the lines at the commit, whatever the path holds", () => {
  const url = "https://github.test/acme/shop/pull/7";
  expect(lineUrl(url, "abc", "src/a b#1.js", [3, 5])).toBe(
    "https://github.test/acme/shop/blob/abc/src/a%20b%231.js#L3-L5",
  );
  expect(lineUrl(url, "abc", "a.js", [3, 3])).toBe("https://github.test/acme/shop/blob/abc/a.js#L3");
  expect(lineUrl(url, "abc", "a.js")).toBe("https://github.test/acme/shop/blob/abc/a.js");
});

test("riskLine() speaks of the live head only", () => {
  const risk = { score: 44, level: "high" } as const;
  const newest = validation({ risk });
  expect(riskLine(newest, newest.head_sha)).toEqual(riskMark(risk));
  expect(riskMark(risk).word).toBe("Risk high, 44 of 100");
  expect(riskLine(newest, "c".repeat(40))).toBeNull();
  expect(riskLine(validation(), validation().head_sha)).toBeNull();
  expect(riskLine(null, "c")).toBeNull();
});
