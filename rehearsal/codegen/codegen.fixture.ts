/** What the tests of this room share: a Codegen with a clock, a brain that does as it is told, and a client. */
import { type Brain, type CodegenOptions, startCodegen } from "./index.ts";

export type Answer = { status: number; body: unknown; headers: Headers };

/** Thinks a little, calls a tool, answers with the prompt in capitals, and opens a pull request. */
export const echo: Brain = async ({ prompt, resumed }) => ({
  log: [
    { message_type: "PLAN_EVALUATION", thought: "First look, then write" },
    {
      message_type: "ACTION",
      tool_name: "ripgrep_search",
      tool_input: { query: "price" },
      tool_output: { matches: 3 },
    },
  ],
  result: `${prompt.toUpperCase()}${resumed ? " AGAIN" : ""}`,
  pull: {
    url: "https://github.com/rehearsal/sample/pull/12",
    head_branch_name: "codegen/12",
    title: "Do it",
  },
});

export async function startStage(options: Partial<CodegenOptions> = {}) {
  const clock = { ms: Date.parse("2026-03-01T12:00:00Z") };
  const log: string[] = [];
  const codegen = await startCodegen({
    brain: echo,
    now: () => clock.ms,
    log: (line) => log.push(line),
    ...options,
  });
  const home = `/v1/organizations/${codegen.organization}`;

  async function call(method: string, path: string, body?: unknown, token = codegen.token): Promise<Answer> {
    const response = await fetch(`${codegen.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("<") ? text : JSON.parse(text),
      headers: response.headers,
    };
  }

  /** Begins a run and lets its brain finish; its id. */
  async function begun(body: Record<string, unknown> = { prompt: "do it" }): Promise<number> {
    const { body: run } = await call("POST", `${home}/agent/run`, body);
    await codegen.settled();
    return Number(at(run, "id"));
  }
  const look = async (id: number) => (await call("GET", `${home}/agent/run/${id}`)).body;
  const logs = (id: number, query = "") =>
    call("GET", `/v1/alpha/organizations/${codegen.organization}/agent/run/${id}/logs${query}`);
  return { codegen, clock, log, home, call, begun, look, logs };
}

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** What lies at `items.0.id` in somebody's JSON; undefined when nothing does. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined;
  }, value);
}
