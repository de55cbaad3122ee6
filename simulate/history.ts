/** What happened in a history, put into words only when somebody asks. */
import type { Fact } from "../models/fact.ts";
import type { StepOrder } from "../models/step.ts";

export class History {
  readonly #lines: { at: number; line: () => string }[] = [];
  now = 0;

  add(line: () => string): void {
    this.#lines.push({ at: this.now, line });
  }

  read(): string[] {
    return this.#lines.map(({ at, line }) => `${String(at / 1_000).padStart(10)} ${line()}`);
  }
}

/** A fact and what became of it, on one line. */
export function lineOf(fact: Fact, steps: readonly StepOrder[], refused: string | null): string {
  const then = refused ?? steps.map((step) => step.id).join(", ");
  return `${fact.type} ${aboutOf(fact)} -> ${then === "" ? "nothing" : then}`;
}

function aboutOf({ type: _, id: __, ...rest }: Fact): string {
  if ("pull" in rest) {
    const { number, state, draft, head_sha, base_ref, read_at } = rest.pull;
    return `#${number} ${state}${draft ? " draft" : ""} ${head_sha.slice(0, 16)} onto ${base_ref}, read at ${read_at / 1_000}`;
  }
  if ("run" in rest) return `${rest.run.id} by ${rest.run.agent ?? "nobody"} #${rest.run.pr_number ?? "?"}`;
  return JSON.stringify(rest).replace(/[0-9a-f]{40}/g, (sha) => sha.slice(0, 9));
}
