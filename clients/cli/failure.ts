/** How the command ends. `negative`: it worked, and the answer is no (`findings --fail-on`, `paths` without a path). */
export const EXIT = { ok: 0, negative: 1, usage: 2, not_found: 3, failed: 4 } as const;
export type Exit = keyof typeof EXIT;

/** Something a person has to know and can do something about; anything else that is thrown is a mistake of ours. */
export class Failure extends Error {
  readonly exit: Exit;

  constructor(exit: Exit, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "Failure";
    this.exit = exit;
  }
}
