const WORD = "tidegate-ignore";

/** Comments that silence findings: `tidegate-ignore` all of them, `tidegate-ignore: rule, rule` those. */
export class Silences {
  readonly #comments: { first: number; last: number; rules: string[] }[] = [];

  /** A comment and its lines. */
  add(text: string, first: number, last: number): void {
    const at = text.indexOf(WORD);
    if (at === -1) return;
    const rest = text.slice(at + WORD.length);
    const list = /^\s*:\s*([\w/-]+(?:\s*,\s*[\w/-]+)*)/.exec(rest)?.[1];
    this.#comments.push({ first, last, rules: list === undefined ? [] : list.split(/\s*,\s*/) });
  }

  /** Whether a finding on these lines is silenced. A comment behind code speaks of its own line, not of the next. */
  covers(rule: string, lines: readonly [number, number], hasCode: (line: number) => boolean): boolean {
    return this.#comments.some(({ first, last, rules }) => {
      const speaksOf =
        rules.length === 0 || rules.some((name) => name === rule || `security/${name}` === rule);
      if (!speaksOf) return false;
      const beside = last >= lines[0] && first <= lines[1];
      return beside || (last === lines[0] - 1 && !hasCode(last));
    });
  }
}
