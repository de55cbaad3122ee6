/** The host's end of the way into a sandbox that has a network of its own. */
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Mount } from "./cell.ts";
import { Refusal } from "./errors.ts";
import { INSIDE, programs, started } from "./inner.ts";

const WAIT_MS = 5_000;
const PROGRAM = "forward.mts";
const SOCKET = `${INSIDE}/service.sock`;

/** Longest path a Unix socket may have on Linux. */
export const MAX_SOCKET_PATH = 107;

export class Tunnel {
  readonly #path: string;
  readonly #server: Server;
  readonly #spare: Socket[] = [];
  readonly #waiting: ((socket: Socket) => void)[] = [];

  private constructor(path: string) {
    this.#path = path;
    this.#server = createServer((socket) => this.#offer(socket));
  }

  /** Listens at `path`, which no sandbox can write. */
  static async open(path: string): Promise<Tunnel> {
    const tunnel = new Tunnel(path);
    await new Promise<void>((resolve, reject) => {
      tunnel.#server.once("error", reject);
      tunnel.#server.listen(path, resolve);
    });
    return tunnel;
  }

  /** What the sandbox must see for the command of `argv`. */
  get mounts(): Mount[] {
    return [{ from: this.#path, to: SOCKET, writable: false }, ...programs(PROGRAM)];
  }

  /** `command` with the forwarder beside it. */
  static argv(command: string, port: number): string[] {
    const forward = started(PROGRAM, SOCKET, port);
    return ["/bin/sh", "-c", `${forward} >/dev/null 2>&1 & exec /bin/sh -c "$1"`, "sh", command];
  }

  /** A connection to the service's port. It breaks at once when nothing listens there. */
  connect(): Promise<Socket> {
    const spare = this.#spare.shift();
    if (spare !== undefined) return Promise.resolve(spare);
    return new Promise((resolve, reject) => {
      const take = (socket: Socket) => {
        clearTimeout(timer);
        resolve(socket);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(
          new Refusal("unreachable", `Cannot reach the sandbox: no connection offered for ${WAIT_MS} ms`),
        );
      }, WAIT_MS);
      this.#waiting.push(take);
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#spare) socket.destroy();
    rmSync(this.#path, { force: true });
  }

  #offer(socket: Socket): void {
    socket.on("error", () => {});
    socket.once("close", () => {
      const index = this.#spare.indexOf(socket);
      if (index !== -1) this.#spare.splice(index, 1);
    });
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#spare.push(socket);
    else waiting(socket);
  }
}
