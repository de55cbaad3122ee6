/** Signs what passed, once: whoever has the public key can check offline what was judged and on what evidence. */
import { STATEMENT_PAYLOAD } from "../../models/attestation.ts";
import { canonical } from "../../models/canonical.ts";
import type { Outcome } from "../../models/fact.ts";
import type { ValidationOrder } from "../../models/step.ts";
import { hasPassed, type Validation } from "../../models/validation.ts";
import { log } from "../log.ts";
import { signerOf } from "../sign.ts";
import { findAttestation, saveAttestation } from "../store/attestations.ts";
import { findProject } from "../store/projects.ts";
import { findPlan, listSteps } from "../store/steps.ts";
import { findValidation } from "../store/validations.ts";
import { varsOf } from "../vars.ts";
import { statementOf } from "./attest-statement.ts";

/** Attests what the judge let pass; its step has ended by then. Without a key nothing is attested, and that is said. */
export async function attest(env: Env, order: ValidationOrder, outcome: Outcome): Promise<void> {
  if (order.kind !== "judge" || outcome.state !== "passed") return;
  const signer = await signerOf(varsOf(env));
  if (signer === null) return;
  const [validation, project, plan, steps] = await Promise.all([
    findValidation(env.DB, order.validation_id),
    findProject(env.DB, order.project_id),
    findPlan(env.DB, order.validation_id),
    listSteps(env.DB, order.validation_id),
  ]);
  if (validation === null || project === null || plan === null) return;
  const repository = { id: project.repo_id, full_name: project.full_name };
  const records = steps.filter((step) => step.try === order.try);
  const statement = await statementOf({ validation, repository, plan, records, outcome });
  if (statement === null) return log("attestation.impossible", { validation_id: validation.id });
  const envelope = await signer.sign(STATEMENT_PAYLOAD, canonical(statement));
  const attestation = { validation_id: validation.id, key_id: signer.id, envelope };
  await saveAttestation(env.DB, attestation, signer, Date.parse(statement.predicate.judged_at));
}

/** A line for the check run: where the attestation is, or that there is none; null for what did not pass. */
export async function attestationLine(env: Env, validation: Validation): Promise<string | null> {
  if (!hasPassed(validation)) return null;
  const found = await findAttestation(env.DB, validation.id);
  if (found === null) return "Not attested: there was no `ATTESTATION_KEY` when it passed.";
  const url = `${varsOf(env).PUBLIC_URL}/api/v1/validation/${encodeURIComponent(validation.id)}/attestation`;
  return `[Attestation](${url}) signed by key \`${found.key_id.slice(0, 16)}\`: \`tidegate verify ${validation.id}\` checks it.`;
}
