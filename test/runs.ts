/** What tests of runs look at. */
import type { RunDetail } from "../models/run.ts";
import { type App, eventually } from "./machine.ts";

/** Settings of a project whose agent is a command of its own; the test gives the command. */
export const AGENT = { agent: "custom" } as const;

/** A run once `there` holds. */
export async function runWhere(
  { api }: App,
  id: string,
  there: (run: RunDetail) => boolean,
  patience_ms?: number,
): Promise<RunDetail> {
  let seen = "";
  const look = async () => {
    const run = await api.run(id);
    seen = `${run.phase} ${JSON.stringify(run.reason)}`;
    return there(run) ? run : null;
  };
  return eventually(`run ${id}`, look, patience_ms).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen}`);
  });
}

/** What Tidegate said of a run on an issue or a pull request; how that stands is said beside it. */
export function commentsOn({ github }: App, name: `${string}/${string}`, number: number): string[] {
  return (
    github
      .repository(name)
      .issues.get(number)
      ?.comments.map(({ body }) => body)
      .filter((body) => !body.startsWith("<!-- tidegate:mark:")) ?? []
  );
}
