/** What the programs write, as their documentation and a run of each show it, and what is to be read from it. */
import type { Said, SaidFormat } from "./said.ts";

type Talk = { name: string; format: SaidFormat; lines: (string | object)[]; said: Said[] };

const ANSWER: Said = { kind: "answer", text: "All done.\nSecond line." };
const WAY: Said = { kind: "text", text: "I look first." };
const SHELL = { command: "npm test", description: "Run the tests" };

const claude = (role: "assistant" | "user", content: unknown, more: object = {}) => ({
  type: role,
  message: { role, content, usage: { input_tokens: 12, output_tokens: 1 } },
  parent_tool_use_id: null,
  session_id: "f8a81f18",
  ...more,
});

export const TALKS: Talk[] = [
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
  {
    name: "Codex: a thread of items",
    format: "codex",
    lines: [
      { type: "thread.started", thread_id: "01a22348" },
      { type: "turn.started" },
      { type: "item.completed", item: { id: "0", type: "reasoning", text: "**Thinking** about it" } },
      { type: "item.completed", item: { id: "1", type: "agent_message", text: "I look first." } },
      {
        type: "item.started",
        item: { id: "2", type: "command_execution", command: "bash -lc 'npm test'", status: "in_progress" },
      },
      {
        type: "item.completed",
        item: {
          id: "2",
          type: "command_execution",
          command: "bash -lc 'npm test'",
          aggregated_output: "1 failed\n",
          exit_code: 1,
          status: "failed",
        },
      },
      {
        type: "item.completed",
        item: {
          id: "3",
          type: "file_change",
          changes: [
            { path: "src/a.ts", kind: "update" },
            { path: "b.ts", kind: "add" },
          ],
          status: "completed",
        },
      },
      {
        type: "item.started",
        item: { id: "4", type: "mcp_tool_call", server: "docs", tool: "find", arguments: { q: 1 } },
      },
      {
        type: "item.completed",
        item: {
          id: "4",
          type: "mcp_tool_call",
          server: "docs",
          tool: "find",
          result: { content: [{ type: "text", text: "x" }] },
        },
      },
      { type: "item.updated", item: { id: "5", type: "todo_list", items: [{ text: "a", completed: true }] } },
      { type: "error", message: "Reconnecting... 2/5" },
      { type: "item.completed", item: { id: "6", type: "agent_message", text: "All done.\nSecond line." } },
      { type: "turn.completed", usage: { input_tokens: 200, cached_input_tokens: 80, output_tokens: 40 } },
    ],
    said: [
      { kind: "thought", text: "**Thinking** about it" },
      WAY,
      { kind: "tool", name: "shell", input: "bash -lc 'npm test'" },
      { kind: "result", text: "1 failed\nexit 1" },
      { kind: "tool", name: "file update", input: "src/a.ts" },
      { kind: "tool", name: "file add", input: "b.ts" },
      { kind: "tool", name: "docs.find", input: '{"q":1}' },
      { kind: "result", text: "x" },
      { kind: "error", text: "Reconnecting... 2/5" },
      ANSWER,
      { kind: "spent", cost_usd: null, tokens: 240 },
    ],
  },
  {
    name: "Codex: a turn that failed",
    format: "codex",
    lines: [
      { type: "item.completed", item: { id: "1", type: "agent_message", text: "I look first." } },
      { type: "turn.failed", error: { message: "quota exceeded" } },
    ],
    said: [WAY, { kind: "error", text: "quota exceeded" }],
  },
  {
    name: "Gemini: messages that come in pieces",
    format: "gemini",
    lines: [
      "YOLO mode is enabled.",
      { type: "init", timestamp: "2026-11-28T17:54:18.899Z", session_id: "8d563bad", model: "auto" },
      { type: "message", role: "user", content: "The prompt" },
      { type: "message", role: "assistant", content: "I look ", delta: true },
      { type: "message", role: "assistant", content: "first.", delta: true },
      { type: "tool_use", tool_name: "run_shell_command", tool_id: "1", parameters: SHELL },
      { type: "tool_result", tool_id: "1", status: "success", output: "2 passed" },
      { type: "tool_result", tool_id: "2", status: "error", error: { type: "x", message: "no such file" } },
      { type: "error", severity: "warning", message: "Loop detected" },
      { type: "message", role: "assistant", content: "All done.", delta: true },
      { type: "message", role: "assistant", content: "\nSecond line.", delta: true },
      {
        type: "result",
        status: "success",
        stats: { total_tokens: 360, input_tokens: 300, output_tokens: 60 },
      },
    ],
    said: [
      { kind: "text", text: "YOLO mode is enabled." },
      WAY,
      { kind: "tool", name: "run_shell_command", input: "npm test" },
      { kind: "result", text: "2 passed" },
      { kind: "result", text: "no such file" },
      { kind: "error", text: "Loop detected" },
      ANSWER,
      { kind: "spent", cost_usd: null, tokens: 360 },
    ],
  },
  {
    name: "Gemini: one document at the end",
    format: "gemini",
    lines: [
      "Loaded cached credentials.",
      JSON.stringify(
        {
          session_id: "8b5055b0",
          response: "All done.\nSecond line.",
          stats: { models: { a: { tokens: { total: 300 } }, b: { tokens: { total: 60 } } }, tools: {} },
        },
        null,
        2,
      ),
    ],
    said: [
      { kind: "text", text: "Loaded cached credentials." },
      ANSWER,
      { kind: "spent", cost_usd: null, tokens: 360 },
    ],
  },
  {
    name: "opencode: parts of messages",
    format: "opencode",
    lines: [
      { type: "step_start", sessionID: "s", part: { type: "step-start" } },
      { type: "reasoning", sessionID: "s", part: { type: "reasoning", text: "Hm." } },
      { type: "text", sessionID: "s", part: { type: "text", text: "I look first." } },
      {
        type: "tool_use",
        part: {
          type: "tool",
          tool: "bash",
          state: { status: "completed", input: SHELL, output: "2 passed\n" },
        },
      },
      {
        type: "tool_use",
        part: {
          type: "tool",
          tool: "read",
          state: { status: "error", input: { filePath: "x" }, error: "not found" },
        },
      },
      {
        type: "step_finish",
        part: {
          reason: "tool-calls",
          cost: 0.25,
          tokens: { input: 100, output: 20, reasoning: 0, cache: { read: 7, write: 3 } },
        },
      },
      { type: "text", part: { type: "text", text: "All done.\nSecond line." } },
      { type: "step_finish", part: { reason: "stop", cost: 0.5, tokens: { input: 100, output: 20 } } },
      { type: "error", error: { name: "APIError", data: { message: "overloaded" } } },
    ],
    said: [
      { kind: "thought", text: "Hm." },
      WAY,
      { kind: "tool", name: "bash", input: "npm test" },
      { kind: "result", text: "2 passed" },
      { kind: "tool", name: "read", input: "x" },
      { kind: "result", text: "not found" },
      { kind: "spent", cost_usd: 0.25, tokens: 130 },
      ANSWER,
      { kind: "spent", cost_usd: 0.75, tokens: 250 },
      { kind: "error", text: "overloaded" },
    ],
  },
  {
    name: "Copilot: events of a session",
    format: "copilot",
    lines: [
      { type: "session.skills_loaded", data: { skills: [] }, id: "1" },
      { type: "user.message", data: { content: "The prompt" } },
      { type: "assistant.reasoning", data: { reasoningId: "r", content: "Hm." } },
      { type: "assistant.message_delta", data: { deltaContent: "I look first." }, ephemeral: true },
      { type: "assistant.message", data: { content: "I look first.", toolRequests: [{ name: "bash" }] } },
      { type: "tool.execution_start", data: { toolCallId: "1", toolName: "bash", arguments: SHELL } },
      { type: "tool.execution_partial_result", data: { toolCallId: "1", partialOutput: "2" } },
      { type: "tool.execution_complete", data: { success: true, result: { content: "2 passed" } } },
      {
        type: "tool.execution_complete",
        data: { success: false, error: { message: "denied", code: "denied" } },
      },
      { type: "assistant.message", data: { content: "All done.\nSecond line.", toolRequests: [] } },
      { type: "assistant.idle", data: {}, ephemeral: true },
      { type: "result", sessionId: "b97ef497", exitCode: 0, usage: { premiumRequests: 1 } },
    ],
    said: [
      { kind: "thought", text: "Hm." },
      WAY,
      { kind: "tool", name: "bash", input: "npm test" },
      { kind: "result", text: "2 passed" },
      { kind: "result", text: "denied" },
      ANSWER,
    ],
  },
  {
    name: "text: lines as a terminal shows them, and marks",
    format: "text",
    lines: [
      "# The agent begins",
      '::tidegate {"kind":"begin","agent":"custom"}',
      "\u001b[32mgreen\u001b[0m and \u001b]8;;http://x\u0007a link\u001b]8;;\u0007",
      "10%\r50%\r100% 🎉\r",
      "",
      '::tidegate {"kind":"thought","text":"ü"}',
      '::tidegate {"kind":"unheard of"}',
      "::tidegate no json",
      '{"type":"result","result":"no format of mine"}',
      '::tidegate {"kind":"spent","cost_usd":0.1,"tokens":5}',
    ],
    said: [
      { kind: "text", text: "# The agent begins" },
      { kind: "begin", agent: "custom" },
      { kind: "text", text: "green and a link" },
      { kind: "text", text: "100% 🎉" },
      { kind: "text", text: "" },
      { kind: "thought", text: "ü" },
      { kind: "text", text: '::tidegate {"kind":"unheard of"}' },
      { kind: "text", text: "::tidegate no json" },
      { kind: "text", text: '{"type":"result","result":"no format of mine"}' },
      { kind: "spent", cost_usd: 0.1, tokens: 5 },
    ],
  },
];

/** The whole log of a talk. */
export function logOf({ lines }: Talk): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}
