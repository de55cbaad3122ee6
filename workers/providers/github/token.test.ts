/** Keys as GitHub hands them out. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { pkcs8 } from "./token.ts";

const bytesOf = (pem: string) =>
  createPrivateKey(pem).export({ type: "pkcs8", format: "der" }).toString("hex");
/** What WebCrypto is given: the bytes between the lines, as they stand. */
const inside = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64").toString("hex");

test.each([512, 1024, 2048, 3072, 4096])(
  "pkcs8() of a PKCS#1 key of %i bits is what Node makes of it",
  (modulusLength) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
    const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const expected = privateKey.export({ type: "pkcs8", format: "der" }).toString("hex");
    expect(inside(pkcs8(pkcs1))).toBe(expected);
    expect(bytesOf(pkcs8(pkcs1))).toBe(expected);
    expect(inside(pkcs8(pkcs1.replaceAll("\n", "\r\n")))).toBe(expected);
    expect(pkcs8(pkcs1)).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+\n?-----END PRIVATE KEY-----\n$/,
    );
  },
);

test("pkcs8() of a key that is PKCS#8 already is the key itself, and WebCrypto takes both", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const own = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  expect(pkcs8(own)).toBe(own);
  const made = pkcs8(privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  for (const pem of [own, made]) {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("pkcs8", Buffer.from(inside(pem), "hex"), algorithm, false, [
      "sign",
    ]);
    expect(key.type).toBe("private");
  }
});
