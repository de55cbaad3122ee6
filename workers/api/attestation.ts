/** What was signed of a validation, the evidence that it names, and the keys that prove it. */
import { createRoute, z } from "@hono/zod-openapi";
import { AttestationKey, Envelope } from "../../models/attestation.ts";
import { StepRecord } from "../../models/step.ts";
import { hasPassed } from "../../models/validation.ts";
import { AppError } from "../errors.ts";
import { signerOf } from "../sign.ts";
import { findAttestation, listAttestationKeys } from "../store/attestations.ts";
import { listSteps } from "../store/steps.ts";
import { varsOf } from "../vars.ts";
import { answers, part } from "./app.ts";
import { needValidation } from "./validation.ts";

const Param = z.object({ id: z.string() });
const EvidenceOfStep = StepRecord.pick({ kind: true, try: true, state: true, evidence: true });

const read = createRoute({
  method: "get",
  path: "/api/v1/validation/{id}/attestation",
  summary: "The signed statement about a validation that passed: in-toto in a DSSE envelope",
  request: { params: Param },
  responses: answers("The attestation", Envelope),
});
const evidence = createRoute({
  method: "get",
  path: "/api/v1/validation/{id}/evidence",
  summary: "The evidence of every step as it is kept, whose digests the attestation names",
  request: { params: Param },
  responses: answers("Steps and their evidence", z.array(EvidenceOfStep)),
});
const keys = createRoute({
  method: "get",
  path: "/api/v1/attestation-keys",
  summary: "The public keys of attestations, the earlier ones included; no session",
  responses: answers("Ed25519 keys", z.array(AttestationKey)),
});

export const attestation = part()
  .openapi(read, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    if (!hasPassed(found))
      throw new AppError("not_found", `Cannot find an attestation of "${found.id}": it is ${found.state}`);
    const attested = await findAttestation(c.env.DB, found.id);
    if (attested === null)
      throw new AppError(
        "not_found",
        `Cannot find an attestation of "${found.id}": it was not attested, because ATTESTATION_KEY was not set`,
      );
    return c.json(attested.envelope, 200);
  })
  .openapi(evidence, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    const records = await listSteps(c.env.DB, found.id);
    const shown = records.map(({ kind, try: nth, state, evidence }) => ({ kind, try: nth, state, evidence }));
    return c.json(shown, 200);
  })
  .openapi(keys, async (c) => {
    const signer = await signerOf(varsOf(c.env));
    const kept = await listAttestationKeys(c.env.DB);
    const earlier = kept.filter(({ id }) => id !== signer?.id).map((key) => ({ ...key, current: false }));
    const current = signer === null ? [] : [{ id: signer.id, public_key: signer.public_key, current: true }];
    return c.json([...earlier, ...current], 200);
  });
