import { expect, test } from "vitest";
import type { ExecChunk } from "../../../models/sandbox.ts";
import { commandAgent, type Program, type Room } from "./command.ts";
import type { Asked } from "./contract.ts";

const ENDED = { output: "", next: 0, total: 0, end: "exited", exit_code: 127 } as ExecChunk;
const room = { startExec: async () => ({}), readExec: async () => ENDED } as unknown as Room;
const ear = { output: async () => 0, items: async () => {} };

test.each<[string, Partial<Program>, RegExp]>([
  ["a preset is missing on the host", { program: "claude" }, /^X was not found: install it/],
  ["a command of one's own calls what is not there", {}, /^X exited 127: .* the sandbox sees the repository/],
])("exit 127 of %s", async (_, more, message) => {
  const program: Program = { name: "X", format: "text", plan: "x", write: "x", ...more };
  const asked = { purpose: "write", env: {}, timeout_ms: 1 } as Asked;
  const look = await commandAgent(room, program).look(asked, {}, ear, async () => {});
  expect(look).toMatchObject({ state: "failed", reason: { message: expect.stringMatching(message) } });
});

test("a host is not asked on and on for output that waits for more", async () => {
  let reads = 0;
  const waiting = { output: "half", next: 4, total: 4, end: null } as ExecChunk;
  const readExec = async () => {
    reads += 1;
    return waiting;
  };
  const program: Program = { name: "X", format: "text", plan: "x", write: "x" };
  const asked = { purpose: "write", env: {}, timeout_ms: 1 } as Asked;
  const look = await commandAgent({ ...room, readExec }, program).look(asked, {}, ear, async () => {});
  expect(look).toMatchObject({ state: "working", memo: { from: 0 } });
  expect(reads).toBeLessThan(10);
});
