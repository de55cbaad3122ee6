/** What the operator says about the way out, and what this machine itself is set to when nobody says anything. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { HostPattern } from "../models/sandbox.ts";
import type { Upstream } from "./dial.ts";
import type { WayOut } from "./egress.ts";

type Env = Record<string, string | undefined>;

/** Words of a list with commas. */
export function listed(text: string): string[] {
  return text.split(",").flatMap((word) => word.trim() || []);
}

/**
 * The way out as the environment says: `RUNNER_ALLOW_INSIDE` names the hosts that may lie on an address of the inside,
 * and without it the registry of npm's own settings may.
 */
export function wayOutOf(env: Env): WayOut {
  const named = env.RUNNER_ALLOW_INSIDE === undefined ? npmRegistry(env) : listed(env.RUNNER_ALLOW_INSIDE);
  const inside = HostPattern.array().safeParse(named);
  if (!inside.success)
    throw new Error(`Cannot use RUNNER_ALLOW_INSIDE: "${named.join(",")}" must list hosts`);
  return { inside: inside.data, upstream: upstreamOf(env) };
}

/** The proxy of this host, for all that is not excepted. */
function upstreamOf(env: Env): Upstream | null {
  const text = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy || "";
  if (text === "") return null;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url?.protocol !== "http:") throw new Error("Cannot use HTTPS_PROXY: it must begin with http://");
  const { username, password } = url;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 80),
    authorization: username === "" ? null : `Basic ${Buffer.from(pair).toString("base64")}`,
    direct: listed(env.NO_PROXY || env.no_proxy || "").flatMap(excepted),
  };
}

/** `example.com` and `.example.com` of NO_PROXY mean the host and all below it. */
function excepted(word: string): string[] {
  const name = word.toLowerCase().replace(/^\*?\./, "");
  return [name, `*.${name}`];
}

function npmRegistry(env: Env): string[] {
  const text = env.npm_config_registry ?? registryIn(join(homedir(), ".npmrc")) ?? registryIn("/etc/npmrc");
  const url = text === undefined ? null : URL.parse(text);
  if (!url || !HostPattern.safeParse(url.hostname).success) return [];
  return [`${url.hostname}:${url.port || (url.protocol === "http:" ? 80 : 443)}`];
}

function registryIn(file: string): string | undefined {
  try {
    return /^\s*registry\s*=\s*"?([^"\s]+)/m.exec(readFileSync(file, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
