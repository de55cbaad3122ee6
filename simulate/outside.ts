/** Effects on the outside that a repeat must find instead of doubling: sandboxes, check runs, comments. */
import type { MarkOrder, StepOrder, ValidationOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { isHeld } from "../workers/project/state.ts";
import { must } from "./must.ts";
import type { World } from "./world.ts";

/** How a check run says that a validation stands. */
export function standingOf(row: Validation): string {
  return `${row.state} ${isHeld(row) ? "held" : "free"} ${row.twin === null ? "" : "twin"} ${row.waits?.code ?? ""}`;
}

/** Whether a check run that says this lets GitHub merge. */
export function isGreen(standing: string | undefined): boolean {
  return standing !== undefined && /^passed(_flaky)? free {2}$/.test(standing);
}

export class Outside {
  readonly #world: World;
  readonly #sandboxes = new Set<string>();
  readonly #destroyed = new Set<string>();
  /** Sandboxes whose release nobody heard of: their host's own deadline ends them. */
  readonly #orphans = new Set<string>();
  /** What each check run says, by the validation's id. */
  readonly checks = new Map<string, string>();
  /** Validations whose last report nobody could write. */
  readonly unwritten = new Set<string>();
  /** What the one comment of each pull request says. */
  readonly comments = new Map<number, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @returns false when the sandbox is gone: nobody waits for this step any more */
  effect(order: ValidationOrder, row: Validation): boolean {
    const sandbox = `${order.validation_id}.${order.try}`;
    switch (order.kind) {
      case "snapshot":
        if (this.#destroyed.has(sandbox)) return false;
        this.#sandboxes.add(sandbox);
        return true;
      case "release":
        this.#destroyed.add(sandbox);
        this.#sandboxes.delete(sandbox);
        return true;
      case "report":
        this.checks.set(row.id, standingOf(row));
        return true;
      default:
        return true;
    }
  }

  reported(validation_id: string, written: boolean): void {
    if (written) this.unwritten.delete(validation_id);
    else this.unwritten.add(validation_id);
  }

  comment({ pr_number }: MarkOrder): void {
    this.comments.set(pr_number, this.#standing(pr_number));
  }

  #standing(pr_number: number): string {
    const { state } = this.#world;
    const id = state.pulls[pr_number]?.validation_id ?? "";
    const row = this.#world.rows.get(id);
    return row === undefined ? "nothing" : `${row.id} ${standingOf(row)} ${row.merge_state}`;
  }

  lost(order: StepOrder): void {
    if (order.kind === "release") this.#orphans.add(`${order.validation_id}.${order.try}`);
  }

  atRest(): void {
    for (const sandbox of this.#sandboxes)
      must(this.#orphans.has(sandbox), `sandbox ${sandbox} is still there`);
    for (const [pr_number, text] of this.comments) {
      const stands = this.#standing(pr_number);
      must(text === stands, `the comment on #${pr_number} says ${text}, and it is ${stands}`, "lost event");
    }
  }
}
