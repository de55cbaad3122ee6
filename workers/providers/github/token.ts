/** Credentials for GitHub: a token per installation, minted from the App's key, never stored and never logged. */

import { sign } from "hono/jwt";
import { fromBase64, toBase64 } from "../../base64.ts";
import type { Vars } from "../../vars.ts";
import { callerOf, heed, sleep } from "./buckets.ts";
import { AuthRevoked } from "./not-asked.ts";

/** Later versions leave out what a merge is judged by, such as `merge_commit_sha`, and GitHub may choose for who says none. */
export const API_VERSION = "2022-11-28";

/** A token is not used in its last five minutes, wherever its request is on the way by then. */
const SPARE_MS = 5 * 60_000 + 30_000;
/** GitHub takes an App's own token for ten minutes at most; clocks differ by a minute. */
const JWT_LIFE_S = 9 * 60;
/** No token for this installation, ask as often as you like: our key is not taken, it is suspended, it is gone. */
const FINAL: ReadonlySet<number> = new Set([401, 403, 404]);

/** Longest that one caller waits for a token that another asks for, in ms: that one may have been cut off. */
const PATIENCE_MS = 25_000;

type Minted = { token: string; expires_at: number };
/** Of an installation: its token, or the one request for it that is under way. */
type Held = { minting: Promise<Minted>; minted: Minted | null };
const held = new Map<string, Held>();

/**
 * A token for a repository's installation, good for more than five minutes.
 *
 * @param installationId null with a personal token, which serves every repository, and for the App itself
 * @param refused a token that GitHub did not take: it is not handed out again
 * @throws AuthRevoked, GitHubPaused
 */
export async function tokenFor(
  vars: Vars,
  installationId: number | null,
  refused: string | null = null,
): Promise<string> {
  if (vars.GITHUB_TOKEN !== null) return vars.GITHUB_TOKEN;
  if (installationId === null) return appToken(vars);
  const { key } = callerOf(vars, installationId);
  const known = held.get(key);
  // Looked at and replaced with nothing awaited in between: twenty callers at the moment of expiry share one request.
  if (known?.minted && isGood(known.minted, refused)) return known.minted.token;
  if (known !== undefined && known.minted === null) {
    const joined = await Promise.race([known.minting, sleep(PATIENCE_MS)]);
    if (joined !== undefined) return joined.token;
    if (held.get(key) === known) held.delete(key);
    return tokenFor(vars, installationId, refused);
  }
  const minting = mint(vars, installationId);
  const mine: Held = { minting, minted: null };
  held.set(key, mine);
  try {
    mine.minted = await minting;
  } catch (error) {
    if (held.get(key) === mine) held.delete(key);
    throw error;
  }
  return mine.minted.token;
}

function isGood({ token, expires_at }: Minted, refused: string | null): boolean {
  return token !== refused && expires_at - SPARE_MS > Date.now();
}

/** The App's own token: it may look at installations and mint tokens, nothing else. */
export async function appToken(vars: Vars): Promise<string> {
  if (vars.GITHUB_APP_ID === null || vars.GITHUB_APP_PRIVATE_KEY === null) {
    throw new Error("Cannot sign in to GitHub: neither an App nor a token is configured");
  }
  const now = Math.floor(Date.now() / 1000);
  const claims = { iat: now - 60, exp: now + JWT_LIFE_S, iss: vars.GITHUB_APP_ID };
  return sign(claims, pkcs8(vars.GITHUB_APP_PRIVATE_KEY), "RS256");
}

async function mint(vars: Vars, installationId: number): Promise<Minted> {
  const caller = callerOf(vars, installationId);
  const response = await fetch(`${vars.GITHUB_API_URL}/app/installations/${installationId}/access_tokens`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await appToken(vars)}`,
      accept: "application/vnd.github+json",
      "user-agent": "tidegate",
      "x-github-api-version": API_VERSION,
    },
    signal: AbortSignal.timeout(20_000),
  });
  const { status, headers } = response;
  if (!response.ok) {
    await heed(caller, { status, headers, words: await response.text() });
    if (FINAL.has(status)) throw new AuthRevoked(caller.name, `${status} when asked for a token`);
    throw new Error(`Cannot get a token for ${caller.name}: GitHub answered ${status}`);
  }
  const { token, expires_at } = (await response.json()) as { token: string; expires_at: string };
  const minted = { token, expires_at: Date.parse(expires_at) };
  if (isGood(minted, null)) return minted;
  throw new Error(`Cannot use the token for ${caller.name}: it ends at ${expires_at}. Is our clock right?`);
}

/** GitHub hands out PKCS#1 keys and WebCrypto reads PKCS#8 only: the same key in one more envelope. */
export function pkcs8(pem: string): string {
  if (!pem.includes("BEGIN RSA PRIVATE KEY")) return pem;
  const der = fromBase64(pem.replace(/-----[^-]+-----|\s/g, ""));
  const rsa = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
  const key = [0x04, ...length(der.length), ...der];
  const body = [0x02, 0x01, 0x00, ...rsa, ...key];
  const bytes = new Uint8Array([0x30, ...length(body.length), ...body]);
  const base64 = toBase64(bytes);
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
}

/** A DER length: one byte when short, else the count of bytes and the bytes. */
function length(size: number): number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
}
