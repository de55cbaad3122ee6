/**
 * Runs inside a sandbox beside a service, alone and without imports of ours: it dials the host's socket and
 * joins each connection, once the host speaks on it, to the service's port. The host only ever listens:
 * were it to dial a socket that lies where the sandbox can write, a link there could lead it anywhere.
 */
import { createConnection, type Socket } from "node:net";

const [path = "", port = "0"] = process.argv.slice(2);
const SPARE = 4;
const AGAIN_MS = 50;

function offer(): void {
  const host = createConnection({ path });
  host.pause();
  let used = false;
  host.once("readable", () => {
    if (used || host.readableLength === 0) return;
    used = true;
    offer();
    join(host, ["127.0.0.1", "::1"]);
  });
  host.on("error", () => {});
  // Nobody at the other end yet, or it closed a spare one: keep the number of offers.
  host.once("close", () => {
    if (!used) setTimeout(offer, AGAIN_MS);
  });
}

/** Tries one address after the other: a server on `localhost` may listen on either. */
function join(host: Socket, [address, ...others]: string[]): void {
  if (address === undefined) {
    host.destroy();
    return;
  }
  const service = createConnection({ host: address, port: Number(port), allowHalfOpen: true });
  service.once("connect", () => {
    service.removeAllListeners("error");
    service.on("error", () => host.destroy());
    service.once("close", () => host.destroy());
    host.once("close", () => service.destroy());
    host.pipe(service);
    service.pipe(host);
  });
  service.once("error", () => join(host, others));
}

for (let spare = 0; spare < SPARE; spare++) offer();
