/** The vendor `command`: any program that edits files, started in a sandbox that holds the working copy. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Preset } from "../../../models/agent.ts";
import type { ExecChunk, ExecInfo, StartExec } from "../../../models/sandbox.ts";
import type { Agent, Asked, Ear, End } from "./contract.ts";

const KEY = "agent";
/** Longest a look waits for output, in ms. */
const LOOK_MS = 2_500;
const WAIT_MS = 800;
/** Output that is taken in one look, in bytes: an agent that shouts must not keep a look for ever. */
const MOST_BYTES = 2_000_000;

const Memo = z.object({ from: z.number().int().default(0) });

/** What it needs of a sandbox. */
export type Room = {
  startExec(key: string, start: StartExec): Promise<ExecInfo>;
  readExec(key: string, from: number, waitMs: number): Promise<ExecChunk>;
  destroy(): Promise<void>;
};

/** `program`: of a preset; a command of somebody's own may call anything. */
export type Program = Pick<Preset, "name" | "format" | "plan" | "write"> & { program?: string };

export function commandAgent(sandbox: Room, program: Program): Agent {
  return {
    name: program.name,
    format: program.format,
    here: true,
    async look(asked, memo, ear) {
      const { from } = Memo.parse(memo);
      const command = started(asked.purpose === "plan" ? program.plan : program.write);
      const { env, timeout_ms } = asked;
      // The network is open: an agent that cannot reach its model can do nothing.
      await sandbox.startExec(KEY, { command, env, timeout_ms, network: "open" });
      const heard = await listen(sandbox, from, ear);
      const known = { memo: { from: heard.from }, ref: null, web_url: null };
      return heard.end === null
        ? { ...known, state: "working", again_s: 0 }
        : { ...known, ...endOf(heard.end, program, asked) };
    },
    stop: () => sandbox.destroy(),
  };
}

/** The command as it is run: its prompt on stdin, and where its files lie. */
function started(command: string): string {
  const files = ["PROMPT", "RULES", "CONTEXT"].map(
    (name) => `TIDEGATE_${name}_FILE="$HOME/.tidegate/${name.toLowerCase()}.md"`,
  );
  // In braces and on lines of its own, so that here-documents and comments of the command end where they should.
  return `export ${files.join(" ")}\n{\n${command}\n} < "$TIDEGATE_PROMPT_FILE"`;
}

async function listen(
  sandbox: Room,
  start: number,
  ear: Ear,
): Promise<{ from: number; end: ExecChunk | null }> {
  const until = Date.now() + LOOK_MS;
  let from = start;
  for (;;) {
    const chunk = await sandbox.readExec(KEY, from, WAIT_MS);
    const over = chunk.end !== null && chunk.next >= chunk.total;
    const taken = await ear.output(chunk.output, over);
    from += taken;
    if (over) return { from, end: chunk };
    // What waits for more is there at once when it is asked for again: without a pause the host would be asked on and on.
    if (taken === 0 && chunk.output !== "") await pause(WAIT_MS);
    if (Date.now() > until || from - start > MOST_BYTES) return { from, end: null };
  }
}

function endOf(
  { end, exit_code, signal }: ExecChunk,
  { name, program }: Program,
  { timeout_ms }: Asked,
): End {
  const failed = (code: string, message: string): End => ({ state: "failed", reason: { code, message } });
  switch (end) {
    case "exited":
      if (exit_code === 0) return { state: "done", answer: null, pull: null };
      if (exit_code === 127)
        return failed(
          "agent_failed",
          program === undefined
            ? `${name} exited 127: a command was not found; the sandbox sees the repository and the system, not the rest of this machine`
            : `${name} was not found: install it on the sandbox host, or choose another agent`,
        );
      return failed(
        "agent_failed",
        exit_code === null
          ? `${name} was ended by ${signal ?? "a signal"}`
          : `${name} exited ${exit_code}: its output says why`,
      );
    case "timeout":
      return {
        state: "timed_out",
        reason: {
          code: "turn_timeout",
          message: `${name} did not end within ${Math.round(timeout_ms / 60_000)} minutes`,
        },
      };
    case "memory":
    case "processes":
    case "disk":
      return failed("agent_failed", `${name} went over the sandbox's limit of ${end}`);
    default:
      return {
        state: "errored",
        reason: { code: "sandbox_lost", message: `The sandbox was lost while ${name} worked` },
      };
  }
}
