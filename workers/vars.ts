/** Variables and secrets, parsed once: a Worker that is set up wrongly says so instead of failing open. */
import { z } from "zod";

const optional = z
  .string()
  .transform((text) => (text === "" ? null : text))
  .nullish()
  .transform((text) => text ?? null);

/** What comes before the 32 bytes of an Ed25519 private key in PKCS8, in base64. */
const PKCS8_HEAD = "MC4CAQAwBQYDK2VwBCIEI";

/** An Ed25519 private key, PKCS8 in PEM or base64; read as base64. */
const signingKey = optional
  .transform((text) => text?.replace(/-----(BEGIN|END) PRIVATE KEY-----|\\n|\s/g, "") ?? null)
  .refine(
    (text) => text === null || (text.startsWith(PKCS8_HEAD) && /^[A-Za-z0-9+/]{64}$/.test(text)),
    "must be an Ed25519 private key as PKCS8, PEM or base64: openssl genpkey -algorithm ed25519",
  );

/** Addresses of what is spoken to. */
const PARTNERS = ["GITHUB_API_URL", "CODEGEN_API_URL", "RUNNER_URL"] as const;
/** Names and numbers of this very machine, where only a rehearsal answers. */
const HERE = /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f.*\])$/;

const Vars = z
  .object({
    ENVIRONMENT: z.enum(["production", "development"]),
    PUBLIC_URL: z.url(),
    PREVIEW_ORIGIN: z.url(),
    GITHUB_API_URL: z.url(),
    /** GitHub wants a second between writes, and counts when they arrive: a little more makes up for the way there. */
    GITHUB_WRITES_APART_MS: z.coerce.number().int().nonnegative().default(1_100),
    /** A GitHub App: its id and its private key as downloaded (PEM). */
    GITHUB_APP_ID: optional,
    GITHUB_APP_PRIVATE_KEY: optional,
    /** Instead of an App: one person's token. Check runs then become commit statuses. */
    GITHUB_TOKEN: optional,
    /** Unset: webhooks are refused with 503. */
    GITHUB_WEBHOOK_SECRET: optional,
    /** The secret before the last rotation, and until when (ISO time) it is still believed. */
    GITHUB_WEBHOOK_SECRET_PREVIOUS: optional,
    GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: z.iso.datetime({ offset: true }).nullish().catch(null),
    /** Signs one-time links and preview labels. */
    SESSION_SECRET: z.string().min(32, "must be at least 32 characters"),
    /** Encrypts project secrets: 32 bytes, base64. */
    SECRETS_KEY: z.base64().length(44, "must be 32 bytes as base64"),
    /** Signs what passed and the end of the audit; unset: validations are not attested. */
    ATTESTATION_KEY: signingKey,
    /** A sandbox host of ours; unset: Cloudflare Containers. */
    RUNNER_URL: optional,
    /** The hosted agents' API; another address serves rehearsals. */
    CODEGEN_API_URL: z.url().default("https://api.codegen.com"),
    RUNNER_TOKEN: z.string().min(16, "must be at least 16 characters"),
  })
  .refine(
    (vars) =>
      vars.GITHUB_TOKEN !== null || (vars.GITHUB_APP_ID !== null && vars.GITHUB_APP_PRIVATE_KEY !== null),
    {
      path: ["GITHUB_APP_ID"],
      message: "must be set together with GITHUB_APP_PRIVATE_KEY, or GITHUB_TOKEN instead of both",
    },
  )
  // What a stage set lets pass must merge nothing real.
  .superRefine((vars, context) => {
    if (vars.ENVIRONMENT !== "production") return;
    for (const name of PARTNERS)
      if (HERE.test(URL.parse(vars[name] ?? "")?.hostname ?? ""))
        context.addIssue({
          code: "custom",
          path: [name],
          message: "is a rehearsal's: production refuses it",
        });
    if (vars.GITHUB_WRITES_APART_MS < 1_000)
      context.addIssue({
        code: "custom",
        path: ["GITHUB_WRITES_APART_MS"],
        message: "must be at least 1000 in production",
      });
  });
export type Vars = z.infer<typeof Vars>;

const parsed = new WeakMap<object, Vars>();

/**
 * The variables of this Worker.
 *
 * @throws when one is missing or malformed; the message names each and never shows a value
 */
export function varsOf(env: object): Vars {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const vars = Vars.safeParse(env);
  if (!vars.success) {
    const wrong = vars.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
    throw new Error(`Cannot start: ${wrong}`);
  }
  parsed.set(env, vars.data);
  return vars.data;
}
