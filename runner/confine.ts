/** A plan that reaches the outside by the egress alone: what it sees, what it is told, and what runs before it. */
import type { Mount } from "./cell.ts";
import { INSIDE, programs, started } from "./inner.ts";

/** On the sandbox's own loopback; above the ports that systems give to clients and people choose for servers. */
const PORT = 61_080;
const PROXY = `http://127.0.0.1:${PORT}`;
const OWN = "localhost,127.0.0.1,::1,tidegate";
const PROGRAM = "outward.mts";
const SOCKET = `${INSIDE}/egress.sock`;

export function egressMounts(path: string): Mount[] {
  return [{ from: path, to: SOCKET, writable: false }, ...programs(PROGRAM)];
}

/** The command, begun once the way out is there: its substitution ends when the program closes descriptor 3. */
export function throughEgress(argv: readonly string[]): string[] {
  const script = `: "$(${started(PROGRAM, SOCKET, PORT)} 3>&1 >/dev/null 2>&1 &)"; exec "$@"`;
  return ["/bin/sh", "-c", script, "sh", ...argv];
}

/** How programs of all kinds are told of a proxy. */
export const PROXY_ENV: Record<string, string> = {
  ...both("HTTP_PROXY", PROXY),
  ...both("HTTPS_PROXY", PROXY),
  ...both("NO_PROXY", OWN),
  npm_config_proxy: PROXY,
  npm_config_https_proxy: PROXY,
  npm_config_noproxy: OWN,
  YARN_HTTP_PROXY: PROXY,
  YARN_HTTPS_PROXY: PROXY,
  NODE_USE_ENV_PROXY: "1",
};

const JAVA = ["http", "https"].map(
  (scheme) => `-D${scheme}.proxyHost=127.0.0.1 -D${scheme}.proxyPort=${PORT}`,
);

/** The same for Java's tools, unless the project sets these itself. */
export const JAVA_ENV: Record<string, string> = { MAVEN_OPTS: JAVA.join(" "), GRADLE_OPTS: JAVA.join(" ") };

function both(name: string, value: string): Record<string, string> {
  return { [name]: value, [name.toLowerCase()]: value };
}
