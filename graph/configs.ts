/** Files that say how names are resolved, and what is wrong with them: a broken one makes imports end outside, unseen. */
import { parseLoosely } from "./resolve/modules-node-configs.ts";

const NAMED = 5;

/** The broken ones among these files, in one sentence; none when all are fine. */
export function configWarnings(configs: ReadonlyMap<string, string>): string[] {
  const broken = [...configs]
    .flatMap(([path, text]) => {
      const what = faultOf(path, text);
      return what === undefined ? [] : [`${path} ${what}`];
    })
    .sort();
  if (broken.length === 0) return [];
  const more = broken.length > NAMED ? ` and ${broken.length - NAMED} more` : "";
  return [
    `Names are resolved without what these files say, since they are broken: ${broken.slice(0, NAMED).join(", ")}${more}.`,
  ];
}

function faultOf(path: string, text: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "go.mod")
    return /^[ \t]*module[ \t]+["`]?[^\s"`/(]/m.test(text) ? undefined : "names no module";
  if (!name.endsWith(".json")) return undefined;
  const json = parseLoosely(text);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "is no JSON object";
  return name === "package.json" ? undefined : pathsFault(json);
}

/** The first entry of `paths` that is no list: the compiler refuses it. */
function pathsFault(config: { compilerOptions?: { paths?: unknown } }): string | undefined {
  const paths = config.compilerOptions?.paths;
  if (paths === undefined || paths === null) return undefined;
  const wrong = Object.entries(paths).find(([, value]) => !Array.isArray(value));
  return wrong === undefined ? undefined : `has no list for "${wrong[0]}" in paths`;
}
