import type { CommandModule } from "yargs";
import { Failure } from "../failure.ts";
import type { Common } from "../terminal.ts";

export const serveCommand: CommandModule<Common, Common & { port: number | undefined; host: string }> = {
  command: "serve",
  describe: "Runs Tidegate's Worker on this machine, on its own disk",
  builder: (yargs) =>
    yargs
      .option("port", { type: "number", describe: "Default: 8787, or the next free one" })
      .option("host", { type: "string", default: "127.0.0.1", describe: "The address to listen on" })
      .example("$0 serve --port 9000", ""),
  async handler(args) {
    const { port } = args;
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 1 << 16))
      throw new Failure("usage", "--port takes a number from 0 to 65535.");
    // Miniflare and wrangler take a second to load, and no other command needs them.
    const { serve } = await import("../serve.ts");
    await serve(args);
  },
};

export const mcpCommand: CommandModule<Common, Common> = {
  command: "mcp",
  describe: "Serves the graphs to agents: a Model Context Protocol server on stdin and stdout",
  builder: (yargs) =>
    yargs.example('{ "command": "tidegate", "args": ["mcp"] }', "In the settings of an agent"),
  async handler() {
    const { serveMcp } = await import("../mcp.ts");
    await serveMcp();
  },
};
