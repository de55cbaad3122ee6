import { describe, expect, test } from "vitest";
import { readFlags } from "../flags.ts";
import { choiceOf } from "./choice.ts";

const chosen = (args: string[], environment: Record<string, string> = {}) =>
  choiceOf(readFlags(args), environment);

describe("--agent", () => {
  test("nobody is chosen unless somebody is named", () => {
    expect(chosen(["--repo", "."])).toBeNull();
  });

  test("keys of the named program are taken from the environment, by name only on the screen", () => {
    const choice = chosen(["--agent", "claude"], { ANTHROPIC_API_KEY: "sk-secret", OPENAI_API_KEY: "other" });
    expect(choice).toMatchObject({
      settings: { agent: "claude" },
      secrets: { ANTHROPIC_API_KEY: "sk-secret" },
    });
    expect(choice?.says).toContain("ANTHROPIC_API_KEY");
    expect(choice?.says).not.toContain("sk-secret");
  });

  test("that no key is there is said, with the names of those that would do", () => {
    const choice = chosen(["--agent", "claude"], { ANTHROPIC_API_KEY: "" });
    expect([choice?.secrets, choice?.says]).toEqual([
      {},
      expect.stringMatching(/none of ANTHROPIC_API_KEY, /),
    ]);
  });

  test("a command of one's own is an agent without a name", () => {
    expect(chosen(["--agent-command", "sh fix.sh"])).toMatchObject({
      settings: { agent: "custom", agent_command: "sh fix.sh" },
    });
  });

  test.each([
    [["--agent", "nobody"], /there is no agent "nobody"/],
    [["--agent", "custom"], /needs --agent-command/],
    [["--agent", "claude", "--agent-command", "x"], /--agent says claude/],
    [["--agent", "codegen"], /its own machines/],
    [["--agent", "claude", "--github", "https://api.github.com"], /project's settings/],
  ])("%j is refused with what to do", (args, why) => {
    expect(() => readFlags(args)).toThrow(why);
  });
});
