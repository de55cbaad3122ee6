/**
 * Runs inside a sandbox before a command that may reach the outside, alone and without imports of ours: it listens
 * on the sandbox's own loopback and carries each connection to the host's socket, where it is decided about. It
 * closes descriptor 3 once it listens, which the command waits for.
 */
import { closeSync } from "node:fs";
import { createConnection, createServer } from "node:net";

const [path = "", port = "0"] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (client) => {
  const host = createConnection({ path, allowHalfOpen: true });
  client.on("error", () => host.destroy());
  host.on("error", () => client.destroy());
  client.once("close", () => host.destroy());
  host.once("close", () => client.destroy());
  client.pipe(host).pipe(client);
});
server.listen(Number(port), "127.0.0.1", () => closeSync(3));
