/** An attestation proves exactly what it says: any byte, key, type, part or evidence that is another is noticed. */
import { beforeAll, describe, expect, test } from "vitest";
import { STATEMENT_PAYLOAD, type Statement } from "../../../models/attestation.ts";
import type { Signer } from "../../../workers/sign.ts";
import { verifyAttestation, verifyEvidence } from "./attestation.ts";
import { hasFailed } from "./check.ts";
import { keysIn, type PublicKey } from "./keys.ts";
import { enveloped, RECORDS, signer, statement } from "./signed.fixture.ts";

let by: Signer;
let keys: PublicKey[];
beforeAll(async () => {
  by = await signer();
  keys = keysIn(by.public_key, "key");
});

/** Whether it holds, and the sentences of what does not. */
async function judged(content: unknown, type = STATEMENT_PAYLOAD, id: string | null = null) {
  const { statement, checks } = verifyAttestation(
    JSON.stringify(await enveloped(by, content, type)),
    keys,
    id,
  );
  const wrong = checks.filter(({ state }) => state === "failed").map(({ says }) => says);
  return { holds: statement !== null && wrong.length === 0, wrong: wrong.join("; ") };
}

test("what was signed is verified, and says what it stands for", async () => {
  const text = JSON.stringify(await enveloped(by, await statement()));
  const { statement: read, checks } = verifyAttestation(text, keys, "shop.7.aaaaaaaaaaaa.1");
  expect(read?.predicate).toMatchObject({ attempt: 1, try: 1, judged_at: "1970-01-01T00:00:03.000Z" });
  expect(checks.map(({ state }) => state)).toEqual(Array(checks.length).fill("ok"));
  expect(checks.at(-1)?.says).toBe("Steps: snapshot passed, setup not_required, test passed, judge passed");
});

test("the same records make the same statement", async () => {
  expect(await enveloped(by, await statement())).toEqual(await enveloped(by, await statement()));
});

test("every single byte that is another is noticed", async () => {
  const bytes = Buffer.from(JSON.stringify(await enveloped(by, await statement())));
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
    const { checks } = verifyAttestation(changed.toString("latin1"), keys, null);
    if (!hasFailed(checks)) expect.fail(`byte ${at}: ${changed.toString("latin1").slice(at - 10, at + 10)}`);
  }
}, 60_000);

test("base64 that is written otherwise is not what was served, though it means the same", async () => {
  const envelope = await enveloped(by, await statement());
  const [signature] = envelope.signatures;
  const sig = signature?.sig ?? "";
  // 64 bytes leave four bits of the last letter without a meaning.
  const last = sig.at(-3) ?? "";
  const loose = `${sig.slice(0, -3)}${String.fromCharCode(last.charCodeAt(0) + 1)}==`;
  expect(Buffer.from(loose, "base64").equals(Buffer.from(sig, "base64"))).toBe(true);
  const text = JSON.stringify({ ...envelope, signatures: [{ ...signature, sig: loose }] });
  expect(hasFailed(verifyAttestation(text, keys, null).checks)).toBe(true);
});

test("another key, no key, another payload type: not verified", async () => {
  const text = JSON.stringify(await enveloped(by, await statement()));
  const other = await signer();
  const others = keysIn(other.public_key, "key");
  expect(verifyAttestation(text, others, null)).toMatchObject({ statement: null });
  expect(verifyAttestation(text, null, null)).toMatchObject({
    statement: null,
    checks: [{ state: "failed" }],
  });
  // Whoever signs as somebody else gives their key's name.
  const forged = { ...(await enveloped(other, await statement())) };
  forged.signatures = [{ keyid: by.id, sig: forged.signatures[0]?.sig ?? "" }];
  expect(verifyAttestation(JSON.stringify(forged), keys, null).checks).toContainEqual(
    expect.objectContaining({ state: "failed", says: expect.stringContaining("did not sign it") }),
  );
  expect(await judged(await statement(), "application/json")).toMatchObject({ holds: false });
  // A signature holds for its type alone: the same bytes under the right name are not what was signed.
  const renamed = {
    ...(await enveloped(by, await statement(), "application/json")),
    payloadType: STATEMENT_PAYLOAD,
  };
  expect(hasFailed(verifyAttestation(JSON.stringify(renamed), keys, null).checks)).toBe(true);
});

describe("what was signed must agree with itself", () => {
  type Change = (made: Statement) => unknown;
  const withPart =
    (part: object): Change =>
    (made) => ({ ...made, predicate: { ...made.predicate, ...part } });
  test.each<[string, Change, string]>([
    ["another head", withPart({ head_sha: "b".repeat(40) }), "whose parts say"],
    ["another attempt", withPart({ attempt: 2 }), "whose parts say"],
    ["another tree", withPart({ tree_sha: "b".repeat(40) }), "subjects"],
    ["a merge that was not tested", withPart({ merge_sha: "b".repeat(40) }), "subjects"],
    [
      "another configuration",
      withPart({ config: { source: "x", sha256: "e".repeat(64) } }),
      "policy version",
    ],
    ["no test", withPart({ steps: [] }), "no snapshot, no test, no judge"],
    [
      "a step that failed",
      (made) => withPart({ steps: [...made.predicate.steps, failing("browse")] })(made),
      "browse failed",
    ],
    ["a part that nobody knows", withPart({ more: 1 }), "cannot read|no statement"],
    ["another version", (made) => ({ ...made, predicateType: "urn:tidegate:validation:v2" }), "no statement"],
  ])("%s", async (_, change, says) => {
    const { holds, wrong } = await judged(change(await statement()));
    expect([holds, wrong]).toEqual([false, expect.stringMatching(says)]);
  });

  const failing = (kind: "browse" | "analyze") => ({ kind, state: "failed", evidence_sha256: null });

  test("an analysis that failed fails nothing; the one of another validation is not the one that was asked for", async () => {
    const made = await statement();
    const beside = withPart({ steps: [...made.predicate.steps, failing("analyze")] })(made);
    expect(await judged(beside)).toMatchObject({ holds: true });
    expect(await judged(made, STATEMENT_PAYLOAD, "shop.7.aaaaaaaaaaaa.2")).toMatchObject({ holds: false });
  });
});

test("a tested merge is named with both its sides", async () => {
  const merged = { base_sha: "e".repeat(40), merge_sha: "f".repeat(40) };
  const records = RECORDS.map((one) =>
    one.kind === "snapshot" && one.evidence ? { ...one, evidence: { ...one.evidence, ...merged } } : one,
  );
  const made = await statement({ records });
  expect(made.subject.map(({ name }) => name)).toEqual(["head", "merge", "tree"]);
  expect(made.predicate).toMatchObject({ tested_base_sha: merged.base_sha, merge_sha: merged.merge_sha });
  expect(await judged(made)).toMatchObject({ holds: true });
});

test("a change that leaves the project's folder alone says so instead of naming tests", async () => {
  const not_affected = {
    ...{ path: "apps/shop", files: ["README.md"] },
    compared: { start_sha: "e".repeat(40), head_sha: "a".repeat(40) },
  };
  const records = RECORDS.map((one) => {
    if (one.kind === "test") return { ...one, state: "not_required" as const, evidence: null };
    return one.kind === "snapshot" && one.evidence
      ? { ...one, evidence: { ...one.evidence, not_affected } }
      : one;
  });
  const made = await statement({ records });
  expect(made.predicate.not_affected).toMatchObject({ path: "apps/shop", start_sha: "e".repeat(40) });
  expect(await judged(made)).toMatchObject({ holds: true });
  const said = { ...made, predicate: { ...made.predicate, not_affected: null } };
  expect(await judged(said)).toMatchObject({ holds: false, wrong: "Not every step passed: no test" });
});

test("an analysis that ended after the judge is no part of it, so that a repeat says the same", async () => {
  const late = { ...(RECORDS[2] as (typeof RECORDS)[number]), kind: "analyze" as const, finished_at: 9_000 };
  expect(await statement({ records: [...RECORDS, late] })).toEqual(await statement());
});

describe("evidence", () => {
  const ofTry = (records: unknown) => JSON.stringify(records);
  test("the one that was judged is known again, whatever the order of its keys", async () => {
    const [first, ...rest] = RECORDS;
    const turned = {
      ...first,
      evidence: Object.fromEntries(Object.entries(first?.evidence ?? {}).reverse()),
    };
    const checks = verifyEvidence(await statement(), ofTry([turned, ...rest]));
    expect(checks.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
  });

  test.each<[string, unknown]>([
    [
      "a number that differs",
      RECORDS.map((one) => (one.kind === "test" ? { ...one, evidence: { tests_run: 4 } } : one)),
    ],
    ["a step that is missing", RECORDS.slice(1)],
    ["evidence where there was none", RECORDS.map((one) => ({ ...one, evidence: one.evidence ?? {} }))],
    ["of another try", RECORDS.map((one) => ({ ...one, try: 2 }))],
    ["something else", { hello: 1 }],
  ])("%s is not", async (_, records) => {
    expect(hasFailed(verifyEvidence(await statement(), ofTry(records)))).toBe(true);
  });
});

describe("keys", () => {
  test("are read from PEM, base64 and the list of the server", async () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${by.public_key}\n-----END PUBLIC KEY-----\n`;
    const list = JSON.stringify([{ id: by.id, public_key: by.public_key, current: true }]);
    for (const text of [pem, by.public_key, list])
      expect(keysIn(text, "key").map(({ id }) => id)).toEqual([by.id]);
  });

  test.each([
    "",
    "no key",
    "[]",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
  ])("%j is none", (text) => {
    expect(() => keysIn(text, "file")).toThrow(/Cannot use "file"/);
  });
});
