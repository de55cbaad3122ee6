/** A run of Codegen as its API shows it, and what its free words mean. */
import { z } from "zod";

/** The name under which our turn travels in a run's metadata. */
export const TURN_KEY = "tidegate_turn";

/** A text that may be missing; anything else in its place is none. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** A list of which unreadable members are left out: one odd entry must not hide the others. */
export function listOf<T>(schema: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.flatMap((item) => {
        const one = schema.safeParse(item);
        return one.success ? [one.data] : [];
      }),
    );
}

const Pull = z.object({ url: z.string(), head_branch_name: text });

export const CodegenRun = z
  .object({
    id: z.number().int().positive(),
    status: text,
    // The dashboard makes a link of it: `javascript:` and the like are none.
    web_url: z
      .url({ protocol: /^https?$/ })
      .nullish()
      .catch(null),
    result: text,
    summary: text,
    github_pull_requests: listOf(Pull),
    metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
  })
  .transform(({ github_pull_requests, metadata, web_url, ...run }) => {
    const turn = metadata?.[TURN_KEY];
    return {
      ...run,
      web_url: web_url ?? null,
      pulls: github_pull_requests,
      /** The turn of ours that made it; null: somebody else did. */
      turn: typeof turn === "string" ? turn : null,
    };
  });
export type CodegenRun = z.output<typeof CodegenRun>;

export type CodegenState = "working" | "done" | "failed" | "stopped" | "paused";

/** The words seen in clients and in documents. A Map: no word finds what every object has. */
const STATES = new Map<string, CodegenState>([
  ["active", "working"],
  ["running", "working"],
  ["pending", "working"],
  ["evaluation", "working"],
  ["queued", "working"],
  ["in_progress", "working"],
  ["complete", "done"],
  ["completed", "done"],
  ["error", "failed"],
  ["failed", "failed"],
  ["timeout", "failed"],
  ["max_iterations_reached", "failed"],
  ["out_of_tokens", "failed"],
  ["cancelled", "stopped"],
  ["canceled", "stopped"],
  ["stopped", "stopped"],
  ["paused", "paused"],
]);

/** What a status means. An unknown word is work: only our own deadline may end what we do not understand. */
export function stateOf(status: string | null | undefined): CodegenState {
  const word = (status ?? "")
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return STATES.get(word) ?? "working";
}

const PULL_PATH = /^\/([^/]+\/[^/]+)\/pull\/([1-9]\d{0,9})(?:\/|$)/;

/**
 * The pull request that a run opened in this repository: the newest, when there are several.
 *
 * @returns null when there is none; one of another repository is none
 */
export function pullOf(
  run: Pick<CodegenRun, "pulls">,
  fullName: string,
): { number: number; branch: string | null } | null {
  const found = run.pulls.flatMap(({ url, head_branch_name }) => {
    const [, name = "", number = ""] = PULL_PATH.exec(URL.canParse(url) ? new URL(url).pathname : "") ?? [];
    const isOurs = name.toLowerCase() === fullName.toLowerCase();
    return isOurs ? [{ number: Number(number), branch: head_branch_name }] : [];
  });
  // A repository counts its pull requests upwards, so the highest number is the newest.
  return found.sort((one, other) => other.number - one.number)[0] ?? null;
}
