/** The tools of agents over HTTP: the same table as on stdio, asked with the API's own sessions. */
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { serverOf } from "../../clients/mcp/server.ts";
import { AppError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { part } from "./app.ts";
import { askerOf } from "./asking.ts";

export const mcp = part();

/** Each request stands alone: nothing is kept between two of them, so that any isolate can answer. */
mcp.post("/mcp", async (c) => {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = serverOf(askerOf(c), VERSION);
  await server.connect(transport);
  try {
    return await transport.handleRequest(c.req.raw);
  } finally {
    await server.close();
  }
});

// Without sessions there is no stream to listen to and nothing to end.
mcp.on(["GET", "DELETE"], "/mcp", (c) => {
  c.header("allow", "POST");
  throw new AppError(
    "method_not_allowed",
    `Cannot ${c.req.method} /mcp: this server keeps no sessions, send POST`,
  );
});
