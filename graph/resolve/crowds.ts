import type { Engine } from "./engine.ts";
import type { Obj } from "./values.ts";

/** Up to here the targets of one call are named: beyond, a third of them and less is ever called. */
const MOST_TARGETS = 24;
/** Where one place reaches more than that in all, callers must be told apart this well to say anything. */
const FEW_TARGETS = 4;
/** From here on they are marked as doubtful. */
const MANY_TARGETS = 12;
/** Of methods chosen by a name that is put together. */
const MOST_CHOSEN = 200;

/** `visit_Name`, `do_GET`, `handleClick`: the text that the rest is put behind. */
const BEGINNING = /^(?:_*[a-z]+_|_*[a-z]{3,}(?=[A-Z]))/;
/** Of so many, so many may be named otherwise: what runs when there is none for a name. */
const OTHERS = 0.1;

interface Crowd {
  units: Set<number>;
  place: string;
  /** Methods of one beginning; worked out when asked. */
  alike?: boolean;
}

/** How many targets the calls of one file have, and what that says about them. */
export class Crowds {
  readonly #engine: Engine;
  readonly #ofCall = new Map<number, Crowd>();
  /** Targets of a place, whoever runs it. */
  readonly #ofPlace = new Map<string, Set<number>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  count(call: number, place: string, target: Obj): void {
    const unit = this.#engine.objects.a.get(target);
    const crowd = this.#ofCall.get(call) ?? { units: new Set(), place };
    crowd.units.add(unit);
    this.#ofCall.set(call, crowd);
    this.#ofPlace.set(place, (this.#ofPlace.get(place) ?? new Set()).add(unit));
  }

  /** Anything may be called: to name all of it would mislead more than to say so. */
  isTooLarge(call: number): boolean {
    const crowd = this.#ofCall.get(call);
    if (crowd === undefined) return false;
    const most = this.#at(crowd.place) > MOST_TARGETS ? FEW_TARGETS : MOST_TARGETS;
    return crowd.units.size > most && !this.#isChosen(crowd);
  }

  isDoubtful(call: number): boolean {
    const crowd = this.#ofCall.get(call);
    return crowd !== undefined && crowd.units.size > MANY_TARGETS && !this.#isChosen(crowd);
  }

  /** One target, whoever runs the place. */
  isAlone(call: number): boolean {
    const crowd = this.#ofCall.get(call);
    return crowd === undefined || this.#at(crowd.place) <= 1;
  }

  #at(place: string): number {
    return this.#ofPlace.get(place)?.size ?? 0;
  }

  /** One is chosen by a name that is put together: however many there are, all of them can be meant. */
  #isChosen(crowd: Crowd): boolean {
    if (crowd.units.size > MOST_CHOSEN) return false;
    crowd.alike ??= haveOneBeginning(
      [...crowd.units].map((unit) => {
        const { def } = this.#engine.fact(unit);
        return this.#engine.fileOf(unit).facts.defs[def]?.name ?? "";
      }),
    );
    return crowd.alike;
  }
}

function haveOneBeginning(names: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const name of names) {
    const [beginning] = BEGINNING.exec(name) ?? [];
    if (beginning !== undefined) counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) >= names.length * (1 - OTHERS);
}
