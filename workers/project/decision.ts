/** What a decision is made of, and how two become one. */
import type { EventBody } from "../../models/event.ts";
import type { StepKind, StepOrder, ValidationOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import type { State } from "./state.ts";

/** Why a request was not carried out; `code` is for programs. */
export type Refusal = { code: "not_found" | "superseded" | "conflict"; message: string };

/**
 * What `tell` answers: whether this fact was new, whether anything followed from it, why it was refused, and which
 * validation it is about.
 */
export type Reply = {
  heard: boolean;
  changed: boolean;
  refused: Refusal | null;
  validation_id: string | null;
};

export type Decision = {
  state: State;
  steps: StepOrder[];
  events: EventBody[];
  refused?: Refusal;
};

/** The decision that changes nothing. */
export function nothing(state: State, refused?: Refusal): Decision {
  return { state, steps: [], events: [], ...(refused && { refused }) };
}

/** Adds what `next` decides on top of a decision already taken. */
export function chain(decision: Decision, next: (state: State) => Decision): Decision {
  const more = next(decision.state);
  return {
    state: more.state,
    steps: [...decision.steps, ...more.steps],
    events: [...decision.events, ...more.events],
    ...(more.refused && { refused: more.refused }),
  };
}

/** An order for the queue. Its id follows from what it is for, so ordering twice is ordering once. */
export function order(
  validation: Validation,
  kind: Exclude<StepKind, "observe">,
  nth: number,
  delay_s = 0,
): ValidationOrder {
  return {
    kind,
    id: `${validation.id}.${kind}.${nth}`,
    project_id: validation.project_id,
    validation_id: validation.id,
    try: nth,
    delay_s,
  };
}

/** The dashboard hears that a validation went on. */
export function moved(validation: Validation, message: string): EventBody {
  return { type: "project.status.updated", validation, message };
}

/** A sentence for the bell of the dashboard. */
export function notice(
  validation: Validation,
  level: "info" | "success" | "warning" | "error",
  message: string,
): EventBody {
  return {
    type: "notification.new",
    level,
    pr_number: validation.pr_number,
    validation_id: validation.id,
    message,
  };
}
