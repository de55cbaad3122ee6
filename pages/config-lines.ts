/** The server's complaints about a configuration, each with the line it stands on. */

export type LineProblem = { line: number; message: string };

/** Reads `line 7, ui.0.steps.2: …`, one problem a line of text; text without a line belongs to the first. */
export function lineProblems(text: string): LineProblem[] {
  return text
    .split(/\n|;\s+(?=line \d+)/)
    .filter((one) => one.trim() !== "")
    .map((one) => {
      const match = /line (\d+)(?:, ([^:]+))?: (.*)$/.exec(one);
      if (match === null) return { line: 1, message: one.trim() };
      const field = match[2] === undefined ? "" : `${match[2]}: `;
      return { line: Number(match[1]), message: `${field}${match[3]}` };
    });
}

/** What a refusal says of the configuration: its fields are `config` and, a line each, `config:7`. */
export function configErrors(errors: Record<string, string>): string | undefined {
  const own = Object.entries(errors).filter(([field]) => /^config(:|$)/.test(field));
  return own.length === 0 ? undefined : own.map(([, message]) => message).join("\n");
}

/** Where a line begins and ends in a text, so that it can be selected. */
export function lineRange(text: string, line: number): { start: number; end: number } {
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return { start, end: start + (lines[line - 1]?.length ?? 0) };
}
