import { NONE, type Node, type Tree } from "../../../tree.ts";

/** How a language writes values. */
export interface Literals {
  /** Types of nodes that are a value written in full, unless something in them is not. */
  values: ReadonlySet<string>;
  strings: ReadonlySet<string>;
  /** What is put into a string: `${x}`, `{x}`. */
  holes: ReadonlySet<string>;
  names: ReadonlySet<string>;
  /** Assignments and declarations: type -> fields of the name and the value. */
  bindings: Record<string, readonly [name: string, value: string]>;
  /** Parameters and loop variables: nodes under which every name may hold anything. */
  open: ReadonlySet<string>;
  /** Whether this is `"a" + b`, `f"{x}"`, `"%s" % x`, `fmt.Sprintf(...)`. */
  isJoined(tree: Tree, node: Node): boolean;
}

/** Deeper joins are taken for data: so that a long chain of names costs little. */
const MAX_STEPS = 12;

/** Names of a file that only ever hold literals. One look over the file, when first asked. */
export class Constants {
  readonly #tree: Tree;
  readonly #literals: Literals;
  /** Values that are given to each name; undefined when it may hold anything. */
  readonly #values = new Map<string, Node[] | undefined>();
  #steps = 0;

  constructor(tree: Tree, literals: Literals) {
    this.#tree = tree;
    this.#literals = literals;
    const bindings = new Map(Object.entries(literals.bindings));
    for (let node = 0; node < tree.count; node++) {
      const type = tree.type(node);
      const binding = bindings.get(type);
      if (binding !== undefined) this.#bind(tree.field(node, binding[0]), tree.field(node, binding[1]));
      else if (literals.open.has(type)) this.#open(node);
    }
  }

  isFixed(node: Node, depth: number): boolean {
    if (depth === 0) this.#steps = 0;
    this.#steps += 1;
    if (node === NONE || depth > MAX_STEPS || this.#steps > 400) return false;
    const tree = this.#tree;
    const type = tree.type(node);
    if (this.#literals.names.has(type)) return this.#isFixedName(node, depth);
    if (tree.first(node) === NONE) return this.#literals.values.has(type) || !tree.named(node);
    if (type === "ternary_expression" || type === "conditional_expression") {
      const branches = tree.children(node);
      // Python writes the condition between the two, the others before them.
      branches.splice(type === "conditional_expression" ? 1 : 0, 1);
      return branches.every((branch) => this.isFixed(branch, depth + 1));
    }
    if (!this.#literals.values.has(type) && !this.#literals.holes.has(type)) return false;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (tree.named(child) && !this.isFixed(child, depth + 1)) return false;
    }
    return true;
  }

  /** What is known to be given to a name; nothing for what may hold anything. */
  valuesOf(name: string): readonly Node[] {
    return this.#values.get(name) ?? [];
  }

  #isFixedName(node: Node, depth: number): boolean {
    const name = this.#tree.text(node);
    // By convention nobody assigns to these, here or elsewhere.
    if (/^[A-Z][A-Z0-9_]+$/.test(name)) return true;
    const values = this.#values.get(name);
    return values?.every((value) => this.isFixed(value, depth + 1)) ?? false;
  }

  #bind(target: Node, value: Node): void {
    if (target === NONE || value === NONE) return;
    const tree = this.#tree;
    // Go's and Rust's lists of one are as good as the one.
    const inner = tree.children(target);
    const only = inner.length === 1 ? (inner[0] as Node) : target;
    if (!this.#literals.names.has(tree.type(only))) {
      this.#open(target);
      return;
    }
    const name = tree.text(only);
    const given = tree.children(value);
    const isList = tree.type(value) === "expression_list" && given.length === 1;
    if (!this.#values.has(name)) this.#values.set(name, []);
    const values = this.#values.get(name);
    if (values !== undefined && values.push(isList ? (given[0] as Node) : value) > 20)
      this.#values.set(name, undefined);
  }

  #open(node: Node): void {
    const end = this.#tree.past(node);
    for (let at = node; at < end; at++) {
      if (this.#literals.names.has(this.#tree.type(at))) this.#values.set(this.#tree.text(at), undefined);
    }
  }
}
