/** The plugins of this Worker: a line here for each. `basic` is always there. */
import { createRegistry, type Registry } from "../../graph/plugins/registry.ts";
import { AppError } from "../errors.ts";

export const plugins: Registry = createRegistry({ context: [], impact: [] });

/** A plugin by its name, or a refusal that names those that there are. */
export function pluginOf<T>(pick: (name?: string) => T, name: string | undefined): T {
  try {
    return pick(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError("bad_request", error.message, [{ field: "plugin", message: error.message }]);
  }
}
