/** A run's log entries as items of the timeline. */
import { expect, test } from "vitest";
import { Said } from "../../../models/said.ts";
import { LogEntry, saidIn } from "./codegen-said.ts";

const said = (entry: unknown) => saidIn(LogEntry.parse(entry));

test("an action is a thought, a tool and its result, in this order", () => {
  const entry = {
    agent_run_id: 1,
    message_type: "ACTION",
    thought: "Look first",
    tool_name: "ripgrep_search",
    tool_input: { query: "price" },
    tool_output: { matches: 3 },
    observation: null,
  };
  expect(said(entry)).toEqual([
    { kind: "thought", text: "Look first" },
    { kind: "tool", name: "ripgrep_search", input: '{"query":"price"}' },
    { kind: "result", text: '{"matches":3}' },
  ]);
  expect(said({ ...entry, observation: "Found three" }).at(-1)).toEqual({
    kind: "result",
    text: "Found three",
  });
});

test.each([
  [{ message_type: "FINAL_ANSWER", observation: "Done" }, [{ kind: "answer", text: "Done" }]],
  [
    { message_type: "final_answer", observation: "Done", thought: "At last" },
    [
      { kind: "thought", text: "At last" },
      { kind: "answer", text: "Done" },
    ],
  ],
  [{ message_type: "FINAL_ANSWER", thought: "Done" }, [{ kind: "answer", text: "Done" }]],
  [{ message_type: "ERROR", observation: { code: 1 } }, [{ kind: "error", text: '{"code":1}' }]],
  [
    { message_type: "ERROR", tool_name: "file_write", observation: "disk full" },
    [
      { kind: "tool", name: "file_write", input: "" },
      { kind: "error", text: "disk full" },
    ],
  ],
  [{ message_type: "PR_CREATION_FAILED", observation: "no rights" }, [{ kind: "error", text: "no rights" }]],
  [{ message_type: "PLAN_EVALUATION", thought: "Next" }, [{ kind: "thought", text: "Next" }]],
  [{ message_type: "SOMETHING_NEW", observation: ["a"] }, [{ kind: "result", text: '["a"]' }]],
  [{ thought: "No type at all" }, [{ kind: "thought", text: "No type at all" }]],
])("%j", (entry, items) => {
  expect(said(entry)).toEqual(items);
});

test("our own prompt and empty entries say nothing", () => {
  expect(said({ message_type: "USER_MESSAGE", observation: "the prompt", thought: "of ours" })).toEqual([]);
  const empty = { message_type: "ACTION", thought: " ", tool_name: "", tool_output: {}, observation: [] };
  expect(said(empty)).toEqual([]);
  expect(said({})).toEqual([]);
});

test("every item is one of the timeline, and what is too long is cut and says so", () => {
  const long = said({
    message_type: "FINAL_ANSWER",
    thought: "x".repeat(20_000),
    observation: "y".repeat(20_005),
  });
  expect(long.map((item) => Said.parse(item).kind)).toEqual(["thought", "answer"]);
  expect(long).toEqual([
    { kind: "thought", text: "x".repeat(20_000) },
    { kind: "answer", text: `${"y".repeat(20_000)}\n… 5 more characters` },
  ]);
});
