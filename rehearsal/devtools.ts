/**
 * Starts a browser whose DevTools only its owner reaches. Chrome's own port lets every program of the machine in,
 * and a set-up command with the network open is one: it could rewrite the page of another validation. Here Chrome
 * listens on a pipe, and this port opens for the secret path alone that its parent reads from our output.
 *
 *   node devtools.ts CHROME ARGUMENT...
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** A screenshot travels in one message, as base64. */
const MOST_BYTES = 256 * 1024 * 1024;

const [path = "", ...given] = process.argv.slice(2);
const rest = given.filter((argument) => !argument.startsWith("--remote-debugging-port"));
const chrome = spawn(path, ["--remote-debugging-pipe", ...rest], {
  stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
});
const toChrome = chrome.stdio[3] as Writable;
const fromChrome = chrome.stdio[4] as Readable;
const secret = `/devtools/browser/${randomUUID()}`;
let owner: WebSocket | null = null;

chrome.on("exit", (code) => process.exit(code ?? 1));
chrome.on("error", (error) => {
  console.error(`Cannot start ${path}: ${error.message}`);
  process.exit(1);
});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
  process.on(signal, () => chrome.kill("SIGKILL"));
process.on("exit", () => chrome.kill("SIGKILL"));

// Messages of the pipe end with a zero byte and may come in pieces.
let pieces: Buffer[] = [];
fromChrome.on("data", (data: Buffer) => {
  for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0)) {
    owner?.send(Buffer.concat([...pieces, data.subarray(0, end)]), { binary: false });
    pieces = [];
    data = data.subarray(end + 1);
  }
  if (data.length > 0) pieces.push(data);
});

// Whoever starts a browser asks here whether it is ready; there is nothing else to be read.
const server = createServer((_, response) =>
  response.setHeader("content-type", "application/json").end("{}"),
);
const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
server.on("upgrade", (request, socket, head) => {
  if (request.url !== secret) return socket.destroy();
  sockets.handleUpgrade(request, socket, head, (client) => {
    owner = client;
    client.on("message", (message) => toChrome.write(`${message}\0`));
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.error(`\nDevTools listening on ws://127.0.0.1:${port}${secret}`);
});
