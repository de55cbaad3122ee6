/** What an event changes in what a screen shows. Pure: the state before and the event give the state after. */
import type { ProjectCard, PullWithValidations } from "../models/api.ts";
import type { Event } from "../models/event.ts";
import { FINAL_PHASES, type RunCard, type RunDetail } from "../models/run.ts";
import { TERMINAL_STATES, type Validation, type ValidationDetail } from "../models/validation.ts";

/** The validation an event speaks of; null when it speaks of something else. */
export function validationIn(event: Event): Validation | null {
  switch (event.type) {
    case "validation.started":
    case "validation.completed":
    case "project.status.updated":
      return event.validation;
    case "pr.created":
    case "pr.updated":
    case "agent.run.started":
    case "agent.run.completed":
    case "notification.new":
      return null;
  }
}

/** Of two sights of one validation the later; an event replayed after a read must not bring an ended one back. */
function later(known: Validation, heard: Validation): Validation {
  return TERMINAL_STATES.has(known.state) && !TERMINAL_STATES.has(heard.state) ? known : heard;
}

/** Newest first, as people look for it. */
export function newestFirst(validations: readonly Validation[]): Validation[] {
  return [...validations].sort((a, b) => b.created_at - a.created_at || b.attempt - a.attempt);
}

/** The newest validation of each open pull request. */
export function newestOf(pulls: readonly PullWithValidations[]): Validation[] {
  return pulls
    .filter(({ state }) => state === "open")
    .flatMap(({ validations }) => newestFirst(validations).slice(0, 1));
}

function withValidation(validations: readonly Validation[], heard: Validation): Validation[] {
  const known = validations.find((one) => one.id === heard.id);
  if (known === undefined) return newestFirst([...validations, heard]);
  return validations.map((one) => (one.id === heard.id ? later(one, heard) : one));
}

/** A pull request after an event. */
export function pullAfter(pull: PullWithValidations, event: Event): PullWithValidations {
  if ((event.type === "pr.created" || event.type === "pr.updated") && event.pull.number === pull.number) {
    // Reads may arrive in another order than they were made; the one that began later saw more.
    return event.pull.read_at < pull.read_at ? pull : { ...pull, ...event.pull };
  }
  const validation = validationIn(event);
  if (validation === null || validation.pr_number !== pull.number) return pull;
  return { ...pull, validations: withValidation(pull.validations, validation) };
}

/** All pull requests of a project after an event; one that is new comes first. */
export function pullsAfter(pulls: PullWithValidations[], event: Event): PullWithValidations[] {
  const isNew = event.type === "pr.created" || event.type === "pr.updated";
  if (isNew && !pulls.some((pull) => pull.number === event.pull.number)) {
    return [{ ...event.pull, validations: [] }, ...pulls];
  }
  return pulls.map((pull) => pullAfter(pull, event));
}

/** A validation with its steps after an event; the steps themselves are read again. */
export function detailAfter(detail: ValidationDetail, event: Event): ValidationDetail {
  const heard = validationIn(event);
  if (heard === null || heard.id !== detail.id || later(detail, heard) !== heard) return detail;
  return { ...detail, ...heard };
}

/** A card after an event: its validation at once, its counts with the next read. */
export function cardAfter(card: ProjectCard, event: Event): ProjectCard {
  const heard = validationIn(event);
  const last = card.last_validation;
  const seq = Math.max(card.seq, event.seq);
  if (heard === null) return { ...card, seq };
  if (last !== null && last.id === heard.id) return { ...card, seq, last_validation: later(last, heard) };
  const newer = last === null || heard.created_at >= last.created_at;
  return { ...card, seq, last_validation: newer ? heard : last };
}

/** Whether an event speaks of the project itself: its settings may be others now. */
export function settingsIn(event: Event): boolean {
  return event.type === "project.status.updated" && event.validation === null && event.run === undefined;
}

/** The run an event speaks of; null when it speaks of something else. */
export function runIn(event: Event): RunCard | null {
  switch (event.type) {
    case "agent.run.started":
    case "agent.run.completed":
      return event.run;
    case "project.status.updated":
      return event.run ?? null;
    default:
      return null;
  }
}

/** A run after an event: what is said of it, and how its newest validation is. */
export function runAfter<T extends RunCard>(run: T, event: Event): T {
  const heard = runIn(event);
  if (heard?.id === run.id) {
    // A replayed event must not bring a run back that has ended.
    return FINAL_PHASES.has(run.phase) && !FINAL_PHASES.has(heard.phase) ? run : { ...run, ...heard };
  }
  const validation = validationIn(event);
  if (validation?.agent_run_id !== run.id) return run;
  if (event.type !== "validation.started" && validation.id !== run.validation_id) return run;
  return { ...run, validation_id: validation.id, validation_status: validation.state };
}

/** All runs of a project after an event, newest first; one that is new comes in. */
export function runsAfter(runs: RunCard[], event: Event): RunCard[] {
  const heard = runIn(event);
  if (heard === null || runs.some((run) => run.id === heard.id)) {
    return runs.map((run) => runAfter(run, event));
  }
  return [...runs, heard].sort((a, b) => b.created_at - a.created_at);
}

/** A run's page after an event: its validations at once, its plans and turns with the next read. */
export function runDetailAfter(detail: RunDetail, event: Event): RunDetail {
  const heard = runIn(event);
  // The plan that waits is not here yet: an older one would be taken for it until the next read.
  if (heard?.phase === "awaiting_confirmation" && detail.phase !== heard.phase) return detail;
  const after = runAfter(detail, event);
  const validation = validationIn(event);
  if (validation?.agent_run_id !== detail.id) return after;
  return { ...after, validations: withValidation(after.validations, validation) };
}
