import { existsSync } from "node:fs";
import type { CommandModule } from "yargs";
import type { Statement } from "../../../models/attestation.ts";
import { hasPassed, type Validation } from "../../../models/validation.ts";
import { EXIT, Failure } from "../failure.ts";
import { asking, type Server, serverOf } from "../runs/server.ts";
import { terminalFor } from "../terminal.ts";
import type { Check } from "../verify/check.ts";
import type { PublicKey } from "../verify/keys.ts";

interface Verify extends Server {
  what: string | undefined;
  key: string | undefined;
  evidence: string | undefined;
  "repo-dir": string | undefined;
  commit: string | undefined;
  audit: string | undefined;
}

/** What is to be checked, from disk or from a server. */
type Found = {
  text: string;
  keys: PublicKey[] | null;
  evidence: string | null;
  commit: string | null;
  notes: Check[];
};

const END = `Exit codes: 0 verified; 1 not verified; 2 wrong use; 3 not found; 4 the server cannot be
reached. An id is asked of the server (TIDEGATE_URL, TIDEGATE_TOKEN), with its evidence; files are
checked offline, with the public key that --key names: PEM, base64, or what GET
/api/v1/attestation-keys answers.`;

export const verifyCommand: CommandModule<object, Verify> = {
  command: "verify [what]",
  describe: "Checks what a Tidegate signed: that exactly this was judged, and passed; or its audit",
  builder: (yargs) =>
    yargs
      .positional("what", {
        type: "string",
        // The parser makes nothing of a dash.
        coerce: (what) => (what === "" && process.argv.includes("-") ? "-" : what),
        describe: "An attestation's file, - for stdin, or a validation's id",
      })
      .option("key", { type: "string", requiresArg: true, describe: "The public key's file" })
      .option("evidence", {
        type: "string",
        requiresArg: true,
        describe: "A file of /validation/{id}/evidence",
      })
      .option("repo-dir", { type: "string", requiresArg: true, describe: "A clone that has the commits" })
      .option("commit", { type: "string", requiresArg: true, describe: "The commit that landed in the base" })
      .option("audit", { type: "string", requiresArg: true, describe: "An exported audit's file, instead" })
      .option("server", { type: "string", requiresArg: true, describe: "Default: $TIDEGATE_URL" })
      .option("token", { type: "string", requiresArg: true, describe: "Default: $TIDEGATE_TOKEN" })
      .epilogue(END) as never,
  handler: async (args) => {
    const { checks, statement, proven } =
      args.audit === undefined ? await ofAttestation(args) : await ofAudit(args);
    const { checksText, hasFailed } = await import("../verify/check.ts");
    const verified = proven && !hasFailed(checks);
    const answer = { verified, checks, ...(statement && { statement }) };
    await terminalFor(args).answer(answer, (paint) => checksText(checks, verified, paint));
    if (!verified) process.exitCode = EXIT.negative;
  },
};

type Result = { checks: Check[]; statement: Statement | null; proven: boolean };

async function ofAudit({ what, key, audit = "" }: Verify): Promise<Result> {
  if (what !== undefined) throw new Failure("usage", "Name an attestation or --audit, not both.");
  const [{ verifyAudit }, { textOf }] = await Promise.all([
    import("../verify/audit.ts"),
    import("../runs/watch.ts"),
  ]);
  return { checks: verifyAudit(textOf(audit), await keysOf(key)), statement: null, proven: true };
}

async function ofAttestation(args: Verify): Promise<Result> {
  const { what } = args;
  if (!what) throw new Failure("usage", "Name an attestation's file, a validation's id, or --audit.");
  if (args.commit !== undefined && args["repo-dir"] === undefined)
    throw new Failure("usage", "Name with --repo-dir the clone in which --commit is.");
  const onDisk = what === "-" || existsSync(what);
  const found = onDisk ? await onThisDisk(args, what) : await ofServer(args, what);
  const { verifyAttestation } = await import("../verify/attestation.ts");
  const { statement, checks } = verifyAttestation(found.text, found.keys, onDisk ? null : what);
  if (statement === null) return { checks: [...found.notes, ...checks], statement, proven: false };
  const more = await besides(args, statement, found);
  return { checks: [...found.notes, ...checks, ...more], statement, proven: true };
}

/** What is checked beside the statement itself, and what is not. */
async function besides(args: Verify, statement: Statement, { evidence, commit }: Found): Promise<Check[]> {
  const [{ verifyEvidence, limitsOf }, { unchecked }] = await Promise.all([
    import("../verify/attestation.ts"),
    import("../verify/check.ts"),
  ]);
  const folder = args["repo-dir"];
  const ofCommit =
    folder === undefined
      ? [unchecked("What landed in the base: name a clone with --repo-dir, and the commit with --commit")]
      : await (await import("../verify/commit.ts")).verifyCommit(statement, folder, args.commit ?? commit);
  return [
    ...(evidence === null
      ? [unchecked("The evidence of its steps: name it with --evidence")]
      : verifyEvidence(statement, evidence)),
    ...ofCommit,
    ...limitsOf(statement),
  ];
}

async function onThisDisk({ key, evidence }: Verify, path: string): Promise<Found> {
  const { textOf } = await import("../runs/watch.ts");
  const kept = evidence === undefined ? null : textOf(evidence);
  return { text: textOf(path), keys: await keysOf(key), evidence: kept, commit: null, notes: [] };
}

async function ofServer(args: Verify, id: string): Promise<Found> {
  const { api, origin } = serverOf(args);
  const { keysIn } = await import("../verify/keys.ts");
  const { unchecked } = await import("../verify/check.ts");
  return asking(origin, async () => {
    const validation = await api.validation(id);
    const attestation = await api.attestation(id);
    if (attestation === null) throw new Failure("not_found", missing(validation));
    const given = await keysOf(args.key);
    const keys = given ?? keysIn(JSON.stringify(await api.attestationKeys()), origin);
    const { textOf } = await import("../runs/watch.ts");
    const evidence =
      args.evidence === undefined ? JSON.stringify(await api.evidence(id)) : textOf(args.evidence);
    const says = `Whose the key is: it came from ${origin} itself; name one that you know with --key`;
    return {
      text: JSON.stringify(attestation),
      keys,
      evidence,
      commit: validation.merge_commit_sha,
      notes: given === null ? [unchecked(says)] : [],
    };
  });
}

async function keysOf(path: string | undefined): Promise<PublicKey[] | null> {
  if (path === undefined) return null;
  const [{ keysIn }, { textOf }] = await Promise.all([
    import("../verify/keys.ts"),
    import("../runs/watch.ts"),
  ]);
  return keysIn(textOf(path), path);
}

function missing(validation: Validation): string {
  const why = hasPassed(validation)
    ? "was not attested, because ATTESTATION_KEY was not set"
    : `is ${validation.state}`;
  return `Cannot find an attestation of "${validation.id}": it ${why}`;
}
