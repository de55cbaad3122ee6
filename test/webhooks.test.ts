/** S1: what comes in is believed only when GitHub signed exactly these bytes. */
import { createHash, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { startMachine } from "../rehearsal/machine.ts";
import { DOCUMENTED, ODD, post, pullBody, type Sent, signatureOf } from "./deliveries.ts";
import { type App, ask, eventually, open, project, rows, useApp } from "./machine.ts";

const stage = useApp();
const BYTE_ORDER_MARK = "\u{feff}";
const VALID = '{ "name" : "Zoë 🦊\\u0000" ,\n\t"big": 123456789012345678901234567890 , "zen":"é" }\r\n';
const MB = 1024 * 1024;

const deliveries = (app: App) =>
  rows<{ id: string; state: string; reason: string | null; body_sha256: string }>(
    app,
    "SELECT * FROM deliveries",
  );

async function rejected(app: App, reason: string): Promise<number> {
  const text = await (await ask(app, "/metrics")).text();
  return Number(text.match(new RegExp(`^webhook_rejected_total{reason="${reason}"} (\\d+)$`, "m"))?.[1] ?? 0);
}

describe("signature over raw bytes", () => {
  test.each([
    ["non-ASCII, odd whitespace and big integers", VALID],
    ["a byte order mark", BYTE_ORDER_MARK + VALID],
    ["no JSON at all", "\r\n"],
  ])("takes a signed body with %s, byte for byte", async (_, body) => {
    const guid = randomUUID();
    const { status, said } = await post(stage.app, { body, guid, event: "ping" });
    expect([status, said.accepted, said.delivery_id]).toEqual([202, true, guid]);
    const row = (await deliveries(stage.app)).find((one) => one.id === guid);
    expect(row?.body_sha256).toBe(createHash("sha256").update(body).digest("hex"));
  });

  test("takes a signature in upper-case hex: it is the same signature", async () => {
    const signature = signatureOf(VALID, stage.app.vars.GITHUB_WEBHOOK_SECRET ?? "");
    const upper = signature.toUpperCase().replace("SHA256", "sha256");
    const { status } = await post(stage.app, { body: VALID, headers: { "x-hub-signature-256": upper } });
    expect(status).toBe(202);
  });

  const bytes = new TextEncoder().encode(VALID);
  const signed = (body: string | Uint8Array) => signatureOf(body, stage.app.vars.GITHUB_WEBHOOK_SECRET ?? "");
  const REFUSED: [what: string, status: number, code: string, sent: () => Sent][] = [
    [
      "one byte more than was signed",
      401,
      "invalid_signature",
      () => ({ body: `${VALID} `, headers: { "x-hub-signature-256": signed(VALID) } }),
    ],
    [
      "one byte less than was signed",
      401,
      "invalid_signature",
      () => ({ body: bytes.slice(0, -1), headers: { "x-hub-signature-256": signed(VALID) } }),
    ],
    [
      "a byte order mark that was not signed",
      401,
      "invalid_signature",
      () => ({ body: BYTE_ORDER_MARK + VALID, headers: { "x-hub-signature-256": signed(VALID) } }),
    ],
    [
      "no signature",
      401,
      "invalid_signature",
      () => ({ body: VALID, headers: { "x-hub-signature-256": null } }),
    ],
    [
      "only a sha1 signature",
      401,
      "invalid_signature",
      () => ({
        body: VALID,
        headers: { "x-hub-signature-256": null, "x-hub-signature": `sha1=${"a".repeat(40)}` },
      }),
    ],
    [
      "a sha1 signature in the place of the sha256",
      401,
      "invalid_signature",
      () => ({ body: VALID, headers: { "x-hub-signature-256": `sha1=${"a".repeat(40)}` } }),
    ],
    ["another secret", 401, "invalid_signature", () => ({ body: VALID, secret: "guessed" })],
    ["an empty secret", 401, "invalid_signature", () => ({ body: VALID, secret: "" })],
    ["an empty body, even signed", 401, "invalid_signature", () => ({ body: "" })],
    [
      "a form",
      415,
      "unsupported_media_type",
      () => ({ body: `payload=${VALID}`, headers: { "content-type": "application/x-www-form-urlencoded" } }),
    ],
    [
      "no content type",
      415,
      "unsupported_media_type",
      () => ({ body: bytes, headers: { "content-type": null } }),
    ],
    [
      "no delivery id",
      400,
      "missing_delivery_id",
      () => ({ body: VALID, headers: { "x-github-delivery": null } }),
    ],
    [
      "26 MB, before the signature is looked at",
      413,
      "too_large",
      () => ({ body: new Uint8Array(26 * MB), headers: { "x-hub-signature-256": null } }),
    ],
  ];
  test.each(REFUSED)("refuses %s with %i %s, writes no row and counts it", async (_, status, code, sent) => {
    const [before, counted] = [await deliveries(stage.app), await rejected(stage.app, code)];
    const answer = await post(stage.app, sent());
    expect([answer.status, answer.said.code]).toEqual([status, code]);
    await eventually("the counter", async () => ((await rejected(stage.app, code)) > counted ? true : null));
    expect([await rejected(stage.app, code), await deliveries(stage.app)]).toEqual([counted + 1, before]);
  });

  test("refuses 26 MB that do not say how long they are", async () => {
    let left = 26;
    const body = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(MB)) : controller.close()),
    });
    const headers = { "content-type": "application/json", "x-github-delivery": randomUUID() };
    const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
    expect((await fetch(`${stage.app.url}/api/v1/webhooks/github`, init)).status).toBe(413);
  });

  test("takes 24 MB", async () => {
    const body = JSON.stringify({ zen: "x".repeat(24 * MB) });
    expect((await post(stage.app, { body, event: "ping" })).status).toBe(202);
  });

  test("refused deliveries reach no queue: GitHub is read for the signed one only", async () => {
    const { app } = stage;
    const one = await project(app, "quiet");
    app.github.faults.addHook({ act: "lose" });
    const { number } = await open(app, one, "change", undefined, { draft: true });
    const body = pullBody(app, one, number);
    for (let nth = 0; nth < 5; nth++) expect((await post(app, { body, secret: "wrong" })).status).toBe(401);
    const guid = randomUUID();
    expect((await post(app, { body, guid })).status).toBe(202);
    await eventually("the signed one", async () =>
      (await deliveries(app)).some((row) => row.id === guid && row.state === "done") ? true : null,
    );
    const reads = app.github.requests.filter((seen) => seen.path.endsWith(`/quiet/pulls/${number}`));
    expect(reads).toHaveLength(1);
    app.github.faults.clear();
  });

  test.each([
    ["no secret is set", { GITHUB_WEBHOOK_SECRET: "" }, "", 503],
    ["no secret is set, but the old one is", previous("", 60_000), "old", 503],
    ["the old secret is inside its window", previous("new", 60_000), "old", 202],
    ["the old secret is outside its window", previous("new", -60_000), "old", 401],
    [
      "the old secret has no window",
      { ...previous("new", 0), GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: "" },
      "old",
      401,
    ],
    [
      "the window is no time",
      { ...previous("new", 0), GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: "soon" },
      "old",
      401,
    ],
    ["the new secret is used inside the window", previous("new", 60_000), "new", 202],
  ])("when %s", async (_, vars, secret, status) => {
    const machine = await startMachine({ skipBuild: true, vars });
    try {
      const answer = await post(machine, { body: VALID, event: "ping", secret });
      expect(answer.status).toBe(status);
      if (status === 503) expect(answer.said.code).toBe("webhook_secret_not_configured");
    } finally {
      await machine.close();
    }
  });
});

function previous(secret: string, leftMs: number): Record<string, string> {
  return {
    GITHUB_WEBHOOK_SECRET: secret,
    GITHUB_WEBHOOK_SECRET_PREVIOUS: "old",
    GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: new Date(Date.now() + leftMs).toISOString(),
  };
}

describe("what is signed is never answered with a crash", () => {
  test.each(DOCUMENTED)("%s", async (event, payload) => {
    const guid = randomUUID();
    const { status } = await post(stage.app, { event, guid, body: JSON.stringify(payload) });
    expect(status).toBe(202);
    await eventually("an end", async () =>
      (await deliveries(stage.app)).some((row) => row.id === guid && row.state === "ignored") ? true : null,
    );
  });

  test.each(ODD)("%s is ignored, with a reason", async (_, event, body) => {
    const { status, said } = await post(stage.app, { event, body });
    expect([status, said.accepted]).toEqual([202, true]);
    expect(said.ignored).toMatch(/^(not_json|unexpected_payload|event_not_used)$/);
  });
});
