import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { serverOf } from "../mcp/server.ts";
import { diskAsker } from "./asker.ts";
import { VERSION } from "./version.ts";

/** Serves the graphs of this disk to the agent that started us, until it closes our stdin. */
export async function serveMcp(): Promise<void> {
  const server = serverOf(diskAsker(process.cwd()), VERSION);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    // The transport does not notice that nobody writes to it any more.
    process.stdin.on("end", resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
}
