import { basic as basicContext, type ContextPlugin } from "./context.ts";
import { basicImpact, type ImpactPlugin } from "./impact.ts";

/** Plugins by kind and name. */
export interface Registry {
  /** @throws {RangeError} when there is none of that name, with those that there are */
  context(name?: string): ContextPlugin;
  /** @throws {RangeError} when there is none of that name, with those that there are */
  impact(name?: string): ImpactPlugin;
  /** Names of each kind, in order of registration. */
  names(): { context: string[]; impact: string[] };
}

const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const BUILT_IN = "basic";

/**
 * The plugins of an installation; `basic` is in both kinds unless one of that name takes its place.
 *
 * @throws {TypeError} when a name is no name or is there twice, or a plugin has no method to be asked by
 */
export function createRegistry(
  plugins: { context?: ContextPlugin[]; impact?: ImpactPlugin[] } = {},
): Registry {
  const context = tableOf("context", "formatContext", basicContext, plugins.context ?? []);
  const impact = tableOf("impact", "analyzeImpact", basicImpact, plugins.impact ?? []);
  return {
    context: (name = BUILT_IN) => pick("context", context, name),
    impact: (name = BUILT_IN) => pick("impact", impact, name),
    names: () => ({ context: [...context.keys()], impact: [...impact.keys()] }),
  };
}

function tableOf<T extends { name: string; version: string }>(
  kind: string,
  method: keyof T,
  builtIn: T,
  plugins: readonly T[],
): Map<string, T> {
  const table = new Map<string, T>([[builtIn.name, builtIn]]);
  const given = new Set<string>();
  for (const plugin of plugins) {
    const { name } = plugin;
    if (!NAME.test(name)) {
      throw new TypeError(
        `Cannot register ${kind} plugin "${name}": a name starts with a letter and has only a-z, 0-9, - and _`,
      );
    }
    if (given.has(name))
      throw new TypeError(`Cannot register ${kind} plugin "${name}" twice: rename one of them`);
    if (typeof plugin[method] !== "function") {
      throw new TypeError(`Cannot register ${kind} plugin "${name}": it has no method "${String(method)}"`);
    }
    given.add(name);
    table.set(name, plugin);
  }
  return table;
}

function pick<T>(kind: string, table: ReadonlyMap<string, T>, name: string): T {
  const plugin = table.get(name);
  if (plugin !== undefined) return plugin;
  const names = [...table.keys()].map((each) => `"${each}"`).join(", ");
  throw new RangeError(`Cannot find ${kind} plugin "${name}": there are ${names}`);
}
