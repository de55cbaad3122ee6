/** The queues: what lies in them comes late, twice, in any order or never. */
import type { Fact } from "../models/fact.ts";
import type { StepOrder } from "../models/step.ts";
import type { Begun } from "./agents.ts";
import type { Dice } from "./dice.ts";

/** `seen`: what a look at a pull request saw, still to be told. */
export type Mail = ({ order: StepOrder } | { fact: Fact } | { begun: Begun } | { looked: string }) & {
  /** It is not delivered before. */
  at: number;
};

export class Post {
  readonly #mail: Mail[] = [];

  get empty(): boolean {
    return this.#mail.length === 0;
  }

  put(mail: Mail): void {
    this.#mail.push(mail);
  }

  /** Any letter; with `again` it stays in the queue as well. */
  take(dice: Dice, again: (dice: Dice) => boolean): { mail: Mail; again: boolean } | null {
    const index = Math.floor(dice() * this.#mail.length);
    const mail = this.#mail[index];
    if (mail === undefined) return null;
    const stays = again(dice);
    if (!stays) this.#mail.splice(index, 1);
    return { mail, again: stays };
  }

  /** The letter that is due first. */
  first(): Mail | null {
    let found: Mail | null = null;
    for (const mail of this.#mail) if (found === null || mail.at < found.at) found = mail;
    if (found !== null) this.#mail.splice(this.#mail.indexOf(found), 1);
    return found;
  }
}
