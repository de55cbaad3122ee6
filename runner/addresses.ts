/** Where the outside begins: no address of this host, of its own networks, or of a cloud's metadata. */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

export type Address = { address: string; family: number };

/** Those which the world's routers do not carry, and what clouds put beside their machines. */
const INSIDE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  // Azure's own, which answers inside its machines only.
  ["168.63.129.16", 32],
] as const)
  INSIDE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 96],
  // Ways of writing an IPv4 address in an IPv6 one: a gateway would take them back to it.
  ["64:ff9b::", 32],
  ["2001::", 32],
  ["2002::", 16],
  ["100::", 64],
  ["fc00::", 7],
  ["fe80::", 9],
  ["ff00::", 8],
] as const)
  INSIDE.addSubnet(network, prefix, "ipv6");

/** Whether an address is none of the outside's. */
export function isInside(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return true;
  if (INSIDE.check(plain, family === 6 ? "ipv6" : "ipv4")) return true;
  // A service of the host that listens on all its addresses is as much inside as one on its loopback.
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === plain));
}

/** Every address of a host; none when it has none. Odd ways of writing an address are read as the system reads them. */
export async function addressesOf(host: string): Promise<Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await lookup(host, { all: true });
  } catch {
    return [];
  }
}

/** Whether a host is one of the patterns: `example.com`, `*.example.com`, each with `:port` or without. */
export function isNamed(patterns: readonly string[], host: string, port: number): boolean {
  return patterns.some((pattern) => {
    const [name = "", only] = pattern.toLowerCase().split(":");
    if (only !== undefined && Number(only) !== port) return false;
    return name.startsWith("*.") ? host.endsWith(name.slice(1)) && host !== name.slice(2) : host === name;
  });
}
