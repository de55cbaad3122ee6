/** Connections to the outside, and the proxy by which this host reaches it where it cannot do so itself. */
import { connect, type Socket } from "node:net";
import type { Address } from "./addresses.ts";
import { reason } from "./errors.ts";

export type Upstream = {
  hostname: string;
  port: number;
  /** Of the header `proxy-authorization`; null: it asks for none. */
  authorization: string | null;
  /** Hosts that are reached without it. */
  direct: readonly string[];
};

const DIAL_MS = 15_000;
/** Longest answer to CONNECT, in bytes. */
const MAX_HEAD = 16 * 1024;

/** Nobody answered. */
export class Unreachable extends Error {}

/** To the first of the addresses that answers. */
export async function dialTo(addresses: readonly Address[], host: string, port: number): Promise<Socket> {
  let last: unknown = "no address is known for it";
  for (const { address } of addresses.slice(0, 4)) {
    try {
      return await dial(address, port);
    } catch (error) {
      last = error;
    }
  }
  throw new Unreachable(`Cannot reach ${host}:${port}: ${reason(last)}`);
}

/** The same by way of a proxy, which finds the address itself. */
export async function dialThrough(upstream: Upstream, host: string, port: number): Promise<Socket> {
  const at = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const { authorization } = upstream;
  try {
    const socket = await dial(upstream.hostname, upstream.port);
    const more = authorization === null ? "" : `proxy-authorization: ${authorization}\r\n`;
    socket.write(`CONNECT ${at} HTTP/1.1\r\nhost: ${at}\r\n${more}\r\n`);
    const status = await statusFrom(socket);
    if (status === "200") return socket;
    socket.destroy();
    throw new Error(`the proxy of this host answered ${status}`);
  } catch (error) {
    throw new Unreachable(`Cannot reach ${at}: ${reason(error)}`);
  }
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${DIAL_MS} ms`)), DIAL_MS);
    socket.once("error", reject);
    socket.once("close", () => clearTimeout(timer));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}

/** The status of an answer to CONNECT; what follows its head stays in the socket. */
function statusFrom(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(new Error("the proxy of this host is silent")), DIAL_MS);
    const hear = () => {
      for (let bytes = socket.read(); bytes !== null; bytes = socket.read())
        head = Buffer.concat([head, bytes]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1 && head.length < MAX_HEAD) return;
      clearTimeout(timer);
      socket.off("readable", hear);
      socket.off("error", reject);
      if (end === -1) return reject(new Error("the proxy of this host speaks no HTTP"));
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      resolve(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString("latin1"))?.[1] ?? "no status");
    };
    socket.on("readable", hear);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the proxy of this host hung up")));
  });
}
