/**
 * The one way out of a sandbox: a forward proxy that listens on a socket of the host's and decides about every
 * connection by itself, whatever the name inside was made to look like.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Network } from "../models/sandbox.ts";
import { type Address, addressesOf, isInside, isNamed } from "./addresses.ts";
import { dialThrough, dialTo, Unreachable, type Upstream } from "./dial.ts";
import { reason } from "./errors.ts";

/** What the operator of this host says about the way out. */
export type WayOut = {
  /** Hosts that are reached although they lie on an address of the inside, such as a registry of the house. */
  inside: readonly string[];
  /** The proxy by which this host itself reaches the outside; null: it needs none. */
  upstream: Upstream | null;
};

/** Connections of one command at a time. */
const MAX_CONNECTIONS = 256;
/** Refusals that are told in a command's output. */
const MAX_TOLD = 20;
const HOP = new Set("connection keep-alive proxy-connection proxy-authorization te upgrade".split(" "));

/** Said to the sandbox with 403. */
class Refused extends Error {}

export type EgressOptions = {
  path: string;
  network: Exclude<Network, "none">;
  wayOut: WayOut;
  /** Hears of each host that was refused, once. */
  tell(text: string): void;
};

/** Listens at once; throws when it cannot. */
export class Egress {
  readonly #options: EgressOptions;
  readonly #server: Server;
  readonly #open = new Set<Duplex>();
  readonly #told = new Set<string>();

  constructor(options: EgressOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: 60_000 });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on("connection", (socket) => this.#keep(socket));
    this.#server.on("connect", (asked, client, head) => this.#tunnel(asked, client, head));
    this.#server.on("request", (asked, answer) => this.#pass(asked, answer));
    this.#server.on("upgrade", (_, client) => sayTo(client, 501, "only CONNECT carries a WebSocket"));
    this.#server.on("error", () => {});
    this.#server.listen(options.path);
    if (!this.#server.listening) throw new Error(`Cannot listen at "${options.path}"`);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #tunnel({ url = "" }: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on("error", () => client.destroy());
    try {
      const { hostname, port } = new URL(`http://${url}`);
      const out = await this.#dial(hostname, Number(port || 80));
      if (client.destroyed) return void out.destroy();
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      out.write(head);
      out.on("error", () => client.destroy());
      client.once("close", () => out.destroy());
      out.once("close", () => client.destroy());
      out.pipe(client).pipe(out);
    } catch (error) {
      sayTo(client, statusOf(error), reason(error));
    }
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    asked.on("error", () => answer.destroy());
    try {
      const url = new URL(asked.url ?? "");
      if (url.protocol !== "http:") throw new Refused(`${url.protocol} is not carried without CONNECT`);
      const out = await this.#dial(url.hostname, Number(url.port || 80));
      const headers = Object.entries(asked.headersDistinct).filter(([name]) => !HOP.has(name));
      const passed = request({
        method: asked.method,
        path: url.pathname + url.search,
        headers: Object.fromEntries(headers) as Record<string, string[]>,
        createConnection: () => out,
      });
      passed.on("response", (found) => {
        answer.writeHead(found.statusCode ?? 502, found.statusMessage, found.rawHeaders);
        found.on("error", () => answer.destroy());
        found.pipe(answer);
      });
      passed.on("error", (error) =>
        answer.headersSent ? answer.destroy() : say(answer, 502, reason(error)),
      );
      answer.on("close", () => out.destroy());
      asked.pipe(passed);
    } catch (error) {
      say(answer, statusOf(error), reason(error));
    }
  }

  async #dial(hostname: string, port: number): Promise<Socket> {
    const host = hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, "")
      .replace(/\.$/, "");
    const addresses = await this.#admit(host, port);
    const { upstream } = this.#options.wayOut;
    const out =
      upstream === null || isNamed(upstream.direct, host, port)
        ? await dialTo(addresses, host, port)
        : await dialThrough(upstream, host, port);
    this.#keep(out);
    return out;
  }

  /**
   * Where a host may be reached. Decided by what its name leads to now, and exactly that is dialled: asked once more, a
   * name may lead elsewhere.
   */
  async #admit(host: string, port: number): Promise<Address[]> {
    const { network, wayOut } = this.#options;
    if (network !== "open" && !isNamed(network.allow, host, port)) {
      throw this.#refusal(host, port, "is not among the hosts that this command may reach");
    }
    const all = await addressesOf(host);
    if (isNamed(wayOut.inside, host, port)) return all;
    const outside = all.filter(({ address }) => !isInside(address));
    if (all.length > 0 && outside.length === 0) {
      throw this.#refusal(host, port, "lies on an address of the host or of its own networks");
    }
    return outside;
  }

  #refusal(host: string, port: number, why: string): Refused {
    const text = `Refused to connect to ${host}:${port}: it ${why}`;
    if (!this.#told.has(text) && this.#told.size < MAX_TOLD) {
      this.#told.add(text);
      this.#options.tell(text);
    }
    return new Refused(text);
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#open.delete(socket));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refused) return 403;
  return error instanceof Unreachable ? 502 : 400;
}

function say(answer: ServerResponse, status: number, text: string): void {
  if (!answer.headersSent) answer.writeHead(status, { "content-type": "text/plain", connection: "close" });
  answer.end(`${text}\n`);
}

function sayTo(client: Duplex, status: number, text: string): void {
  client.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${text}\n`);
}
