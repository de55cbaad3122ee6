import { beforeEach, expect, test, vi } from "vitest";
import { logsOf } from "../project/logs.ts";
import { sqlInMemory } from "../project/sql.fixture.ts";
import { countTests } from "./count-tests.ts";
import { closeLog, liveLog } from "./live-log.ts";
import type { Work } from "./visit.ts";

const object = vi.hoisted(() => ({ current: {} as object }));
vi.mock("../project/index.ts", () => ({ projectOf: () => object.current }));
vi.mock("../store/secrets.ts", () => ({ knownValues: async () => ["hunter2hunter2"] }));

const MB = 1024 * 1024;
const put = vi.fn();
const env = { ARTIFACTS: { put } } as unknown as Env;
const LOGGED = { id: "s", subject: "v", project_id: "p" };
let memo: Work["memo"] = {};

/** A visit: of the one before only JSON is left. */
async function visit() {
  memo = JSON.parse(JSON.stringify(memo));
  const log = await liveLog({ env, vars: {}, id: "s", project: { id: "p" }, memo } as unknown as Work);
  return { ...log, leave: () => Object.assign(memo, { log_at: log.at() }) };
}

/** What was laid into storage last, and whether it says that something is missing. */
function laid(): { text: string; truncated: string } {
  const [, bytes, { customMetadata }] = put.mock.lastCall ?? [];
  return { text: new TextDecoder().decode(bytes), truncated: customMetadata.truncated };
}

beforeEach(() => {
  vi.clearAllMocks();
  memo = {};
  const logs = logsOf(sqlInMemory());
  object.current = {
    log: async (id: string, from: number, text: string) => logs.add(id, from, text),
    readLog: async (id: string, from: number, most: number) => logs.read(id, from, most),
    tailOfLog: async (id: string, from: number) => logs.tail(id, from),
    endOfLog: async (id: string) => logs.end(id),
  };
});

test("a long line and a secret that go over visits are cut and masked as in one piece", async () => {
  const line = `begin ${"x".repeat(100_000)} end\nhunter2hunter2\n`;
  for (let at = 0; at < line.length; ) {
    const log = await visit();
    const piece = line.slice(at, at + 20_007);
    at += await log.add(piece, at + piece.length === line.length);
    log.leave();
  }
  expect(await closeLog(env, LOGGED, null)).toBe("logs/v/s.log");
  const { text, truncated } = laid();
  expect(text).toMatch(
    /^begin x+\[tidegate\] \d+ bytes of this line dropped here: limit is 65536 x+ end\n\*\*\*\n$/,
  );
  expect(truncated).toBe("true");
});

test("10 MB are kept of a step over all its commands, and what counts tests sees the go it counts", async () => {
  const noise = `${"no summary ".repeat(90)}\n`.repeat(1_000);
  const first = await visit();
  for (let nth = 0; nth < 12; nth++) await first.add(noise, true);
  await first.add("Tests:       2 failed, 2 total\n", true);
  const second = first.at();
  first.leave();
  const again = await visit();
  await again.add("Tests:       2 passed, 2 total\n", true);
  again.leave();
  expect(countTests(await again.whole(second))).toMatchObject({ run: 2, failed: 0 });
  await closeLog(env, LOGGED, null);
  const { text, truncated } = laid();
  expect(text.length).toBeLessThan(10 * MB + 200);
  expect(text).toMatch(
    /\n\[tidegate\] \d+ bytes of this log dropped here: its beginning and its end are kept\n/,
  );
  expect(text.endsWith("Tests:       2 passed, 2 total\n")).toBe(true);
  expect(truncated).toBe("true");
});

test.each([
  ["a line that is whole", "half done\n", "half done\n# The sandbox was lost\n"],
  ["a line that its producer left unfinished", "half do", "half do\n# The sandbox was lost\n"],
])("why it ended is the last line after %s, also when it is laid twice", async (_, said, wanted) => {
  await (await visit()).add(said, true);
  for (let nth = 0; nth < 2; nth++) await closeLog(env, LOGGED, "The sandbox was lost");
  expect(laid()).toEqual({ text: wanted, truncated: "false" });
});

test("what said nothing has no log", async () => {
  expect(await closeLog(env, LOGGED, "The sandbox was lost")).toBeNull();
  expect(put).not.toHaveBeenCalled();
});
