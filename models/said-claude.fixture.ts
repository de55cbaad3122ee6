/** What Claude Code writes, and those that write like it. */
import { ANSWER, SHELL, type Talk, WAY } from "./said.fixture.ts";

const claude = (role: "assistant" | "user", content: unknown, more: object = {}) => ({
  type: role,
  message: { role, content, usage: { input_tokens: 12, output_tokens: 1 } },
  parent_tool_use_id: null,
  session_id: "f8a81f18",
  ...more,
});

export const CLAUDE_TALKS: Talk[] = [
  {
    name: "Claude Code: words, thoughts, tools, results, answer, price",
    format: "claude",
    lines: [
      {
        type: "system",
        subtype: "init",
        cwd: "/workspace",
        tools: ["Bash", "Edit"],
        model: "m",
        mcp_servers: [],
      },
      claude("assistant", [{ type: "thinking", thinking: "The test names a file.", signature: "x" }]),
      claude("assistant", [{ type: "text", text: "I look first." }]),
      claude("assistant", [{ type: "tool_use", id: "toolu_1", name: "Bash", input: SHELL }]),
      claude(
        "user",
        [{ tool_use_id: "toolu_1", type: "tool_result", content: "2 passed\n", is_error: false }],
        {
          tool_use_result: { stdout: "2 passed", stderr: "" },
        },
      ),
      claude("assistant", [
        { type: "tool_use", id: "toolu_2", name: "Read", input: { file_path: "src/ü.ts", limit: 3 } },
      ]),
      claude("user", [
        { tool_use_id: "toolu_2", type: "tool_result", content: [{ type: "text", text: "1→a" }] },
      ]),
      claude("assistant", [{ type: "text", text: "A helper's words." }], { parent_tool_use_id: "toolu_3" }),
      { type: "stream_event", event: { type: "content_block_delta" } },
      claude("assistant", [{ type: "text", text: "All done.\nSecond line." }]),
      {
        usage: {
          input_tokens: 24,
          cache_read_input_tokens: 100,
          output_tokens: 39,
          service_tier: "standard",
        },
        total_cost_usd: 0.000876,
        is_error: false,
        subtype: "success",
        result: "All done.\nSecond line.",
        type: "result",
      },
    ],
    said: [
      { kind: "thought", text: "The test names a file." },
      WAY,
      { kind: "tool", name: "Bash", input: "npm test" },
      { kind: "result", text: "2 passed" },
      { kind: "tool", name: "Read", input: "src/ü.ts" },
      { kind: "result", text: "1→a" },
      { kind: "thought", text: "A helper's words." },
      ANSWER,
      { kind: "spent", cost_usd: 0.000876, tokens: 163 },
    ],
  },
  {
    name: "Claude Code: an end that is none",
    format: "claude",
    lines: [
      claude("assistant", [{ type: "text", text: "I look first." }]),
      {
        type: "result",
        subtype: "error_max_turns",
        is_error: true,
        total_cost_usd: 0.5,
        errors: ["Too many turns"],
      },
      { type: "result", subtype: "success", is_error: true, result: "Invalid API key", total_cost_usd: 0 },
    ],
    said: [
      WAY,
      { kind: "error", text: "Too many turns" },
      { kind: "spent", cost_usd: 0.5, tokens: null },
      { kind: "error", text: "Invalid API key" },
      { kind: "spent", cost_usd: 0, tokens: null },
    ],
  },
  {
    name: "Cursor: the same with calls of its own",
    format: "claude",
    lines: [
      { type: "system", subtype: "init", apiKeySource: "env", model: "m", permissionMode: "default" },
      { type: "user", message: { role: "user", content: [{ type: "text", text: "The prompt" }] } },
      { type: "thinking", subtype: "delta", text: "Which " },
      { type: "thinking", subtype: "delta", text: "file?" },
      { type: "thinking", subtype: "completed" },
      {
        type: "assistant",
        message: { role: "assistant", content: [{ type: "text", text: "I look first." }] },
      },
      {
        type: "tool_call",
        subtype: "started",
        call_id: "1",
        tool_call: { readToolCall: { args: { path: "a.md" } } },
      },
      {
        type: "tool_call",
        subtype: "completed",
        call_id: "1",
        tool_call: {
          readToolCall: { args: { path: "a.md" }, result: { success: { content: "# A", totalLines: 1 } } },
        },
      },
      {
        type: "tool_call",
        subtype: "completed",
        tool_call: {
          shellToolCall: { args: { command: "x" }, result: { failure: { stdout: "", exitCode: 1 } } },
        },
      },
      {
        type: "assistant",
        message: { role: "assistant", content: [{ type: "text", text: "Second line." }] },
      },
      {
        type: "result",
        subtype: "success",
        is_error: false,
        duration_ms: 5,
        result: "All done.\nSecond line.",
      },
    ],
    said: [
      { kind: "thought", text: "Which file?" },
      WAY,
      { kind: "tool", name: "read", input: "a.md" },
      { kind: "result", text: "# A" },
      { kind: "result", text: '{"stdout":"","exitCode":1}' },
      ANSWER,
    ],
  },
];
