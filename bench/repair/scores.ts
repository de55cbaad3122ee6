/** How often each way showed what is to blame, as a table. */

export interface Score {
  subject: string;
  heldOut: boolean;
  way: string;
  budget: number;
  /** Its code is shown, in part at least. */
  file: boolean;
  /** The faulty line is shown with its neighbours. */
  fn: boolean;
}

/** Rows by subject and by what was tuned to and what was held out; all subjects together come last. */
export function table(scores: readonly Score[], budgets: readonly number[]): string {
  const ways = [...new Set(scores.map(({ way }) => way))];
  const groups = [...new Set(scores.map(({ subject }) => subject)), "all"].flatMap((subject) =>
    [false, true].map((heldOut) => ({
      name: `${subject}, ${heldOut ? "held out" : "tuned to"}`,
      own: scores.filter((one) => (subject === "all" || one.subject === subject) && one.heldOut === heldOut),
    })),
  );
  const head = ["failures", "way", ...budgets.map((budget) => `${budget} tokens: file, function`)];
  const rows = groups
    .filter(({ own }) => own.length > 0)
    .flatMap(({ name, own }) =>
      ways.map((way) => {
        const mine = own.filter((one) => one.way === way);
        const cells = budgets.map((budget) => {
          const at = mine.filter((one) => one.budget === budget);
          return `${percent(at.filter(({ file }) => file).length, at.length)}, ${percent(at.filter(({ fn }) => fn).length, at.length)}`;
        });
        return [`${name} (${mine.length / budgets.length})`, way, ...cells];
      }),
    );
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${Math.round((100 * part) / whole)} %`;
}
