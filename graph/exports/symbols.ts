import type { GraphNode } from "../../models/graph.ts";

/** How the package of the repository is named in symbols; "" where there is nothing to say. */
export interface SymbolPackage {
  manager: string;
  name: string;
  version: string;
}

/** Package managers by the word that ids of externals use. */
const MANAGERS: Record<string, string> = {
  python: "pip",
  go: "gomod",
  java: "maven",
  rust: "cargo",
};

const SIMPLE = /^[\w+$-]+$/;

/** Names nodes by SCIP's grammar of symbols: `scip-tidegate <manager> <package> <version> <descriptors>`. */
export class SymbolNames {
  readonly #own: string;
  readonly #symbols = new Map<string, string>();

  constructor(own: SymbolPackage) {
    this.#own = `scip-tidegate ${word(own.manager)} ${word(own.name)} ${word(own.version)} `;
  }

  /** Names the nodes of one file (or the externals); to be called once for each before `of`. */
  add(path: string, nodes: readonly GraphNode[]): void {
    const folder =
      this.#own +
      path
        .split("/")
        .map((part) => `${name(part)}/`)
        .join("");
    const inside = new Map(nodes.map((node) => [node.id, node]));
    const known = new Map<string, string>();
    for (const node of nodes) {
      if (node.type === "file") this.#symbols.set(node.id, folder);
      else if (node.type === "external") this.#symbols.set(node.id, external(node));
      else this.#symbols.set(node.id, folder + descriptors(node, inside, known));
    }
  }

  of(id: string): string | undefined {
    return this.#symbols.get(id);
  }
}

/** One descriptor for each definition around the node, and its own. */
function descriptors(
  node: GraphNode,
  inside: ReadonlyMap<string, GraphNode>,
  known: Map<string, string>,
): string {
  const found = known.get(node.id);
  if (found !== undefined) return found;
  const qualified = node.id.slice(`${node.path}::${node.type}::`.length);
  let text = own(node, qualified);
  for (let dot = qualified.lastIndexOf("."); dot > 0; dot = qualified.lastIndexOf(".", dot - 1)) {
    const around = qualified.slice(0, dot);
    const owner =
      inside.get(`${node.path}::class::${around}`) ?? inside.get(`${node.path}::function::${around}`);
    if (owner === undefined) continue;
    // A name may hold dots itself, so the owner is the longest beginning that is a definition.
    text = descriptors(owner, inside, known) + own(node, qualified.slice(dot + 1));
    break;
  }
  known.set(node.id, text);
  return text;
}

function own(node: GraphNode, text: string): string {
  if (node.type === "class") return `${name(text)}#`;
  const again = /^(.+)#(\d+)$/s.exec(text);
  if (again === null) return `${name(text)}().`;
  return `${name(again[1] ?? "")}(+${Number(again[2]) - 1}).`;
}

function external(node: GraphNode): string {
  const [, ecosystem = "", ...rest] = node.id.split("::");
  const full = rest.join("::");
  const top = node.path === "" ? (full.split(".")[0] ?? full) : node.path;
  const inner = full === top ? "" : full.startsWith(top) ? full.slice(top.length + 1) : full;
  const head = `scip-tidegate ${word(MANAGERS[ecosystem] ?? ecosystem)} ${word(top)} . `;
  if (inner === "") return `${head}${name(full)}/`;
  const names = inner.split(".");
  return head + names.map((part, at) => name(part) + (at === names.length - 1 ? "." : "/")).join("");
}

/** A word of the head: spaces are doubled, nothing is a dot. */
function word(text: string): string {
  const plain = clean(text).replaceAll(" ", "  ");
  return plain === "" ? "." : plain;
}

function name(text: string): string {
  const plain = clean(text);
  if (SIMPLE.test(plain)) return plain;
  return plain === "" ? "`?`" : `\`${plain.replaceAll("`", "``")}\``;
}

/** A NUL would end the symbol for readers written in C. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
