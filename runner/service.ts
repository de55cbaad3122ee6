/** Commands without an end: started once per name, ready when they answer, reached through the host. */
import { randomUUID } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceInfo, StartService } from "../models/sandbox.ts";
import { Refusal, reason } from "./errors.ts";
import { statusOf } from "./proxy.ts";
import type { Sandbox, Service } from "./sandbox.ts";
import { Tunnel } from "./tunnel.ts";

/** Ports of the host that services hold where sandboxes have no network of their own. */
export type Ports = Map<number, string>;

const ASK_AGAIN_MS = 150;

type Way = { argv: string[]; mounts: Tunnel["mounts"]; connect(): Promise<Socket>; close(): void };

/** Starts the service, or finds the one that this name already started. */
export async function startService(
  sandbox: Sandbox,
  name: string,
  request: StartService,
  ports: Ports,
): Promise<Service> {
  const known = await sandbox.services.get(name);
  if (known !== undefined) {
    if (known.request.command === request.command && known.request.port === request.port) return known;
    throw new Refusal("conflict", `Cannot start service "${name}": this name already runs another command`);
  }
  const starting = start(sandbox, name, request, ports);
  sandbox.services.set(name, starting);
  // One that could not be started may be tried again.
  starting.catch(() => sandbox.services.delete(name));
  return starting;
}

export async function findService(sandbox: Sandbox, name: string): Promise<Service> {
  const service = await sandbox.services.get(name);
  if (service === undefined)
    throw new Refusal("not_found", `Cannot find service "${name}": it was never started`);
  return service;
}

async function start(sandbox: Sandbox, name: string, request: StartService, ports: Ports): Promise<Service> {
  const network = request.network ?? "open";
  const way = sandbox.cell.walled
    ? await tunnelTo(sandbox, request)
    : await portOf(`${sandbox.id}/${name}`, request, ports);
  try {
    const env = { ...request.env, PORT: String(request.port) };
    const plan = { argv: way.argv, env, cwd: "", network, mounts: way.mounts };
    const command = sandbox.run(plan, sandbox.limits.lifetime_ms);
    command.done.then(way.close);
    const connect = () => way.connect();
    const service: Service = {
      name,
      request,
      command,
      state: "starting",
      ready_at: null,
      connect,
      settled: Promise.resolve(),
    };
    service.settled = settle(service).catch((error) => command.stop("lost", reason(error)));
    return service;
  } catch (error) {
    way.close();
    throw error;
  }
}

export function serviceInfo({ name, state, command, ready_at }: Service, from: number): ServiceInfo {
  const { output, next } = command.output.read(from);
  return {
    name,
    state,
    end: command.ending?.end ?? null,
    exit_code: command.ending?.exit_code ?? null,
    started_at: command.started_at,
    ready_after_ms: ready_at === null ? null : ready_at - command.started_at,
    output,
    next,
  };
}

/** Asks until it answers, ends, or takes too long. */
async function settle(service: Service): Promise<void> {
  const { command, request } = service;
  const deadline = command.started_at + request.ready_timeout_ms;
  command.done.then(() => {
    if (service.state !== "not_ready") service.state = "exited";
  });
  while (command.ending === null && Date.now() < deadline) {
    const status = await statusOf(service, request.ready_path, Math.max(100, deadline - Date.now()));
    if (command.ending !== null) break;
    if (status !== null && status < 500) {
      service.state = "ready";
      service.ready_at = Date.now();
      return;
    }
    await Promise.race([sleep(ASK_AGAIN_MS), command.done]);
  }
  if (command.ending !== null) return;
  service.state = "not_ready";
  await command.stop(
    "timeout",
    `"${request.ready_path}" did not answer within ${request.ready_timeout_ms} ms`,
  );
  await command.done;
}

async function tunnelTo(sandbox: Sandbox, { command, port }: StartService): Promise<Way> {
  const tunnel = await Tunnel.open(join(sandbox.place.own, `${randomUUID().slice(0, 8)}.sock`));
  return {
    argv: Tunnel.argv(command, port),
    mounts: tunnel.mounts,
    connect: () => tunnel.connect(),
    close: () => tunnel.close(),
  };
}

/** The port is the host's own: one service at a time, and only if nobody else answers there already. */
async function portOf(holder: string, { command, port }: StartService, ports: Ports): Promise<Way> {
  const other = ports.get(port);
  if (other !== undefined) throw taken(port, `service "${other}" of this host holds it`);
  ports.set(port, holder);
  const close = () => {
    if (ports.get(port) === holder) ports.delete(port);
  };
  const stranger = await dial(port).catch(() => null);
  if (stranger !== null) {
    stranger.destroy();
    close();
    // Its answers would be taken for those of the code under test.
    throw taken(port, "a program of the host listens on it");
  }
  return { argv: ["/bin/sh", "-c", command], mounts: [], connect: () => dial(port), close };
}

function taken(port: number, why: string): Refusal {
  return new Refusal("conflict", `Cannot start service on port ${port}: ${why}; choose another`);
}

async function dial(port: number): Promise<Socket> {
  return dialAddress("127.0.0.1", port).catch(() => dialAddress("::1", port));
}

function dialAddress(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}
