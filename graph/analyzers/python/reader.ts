import { type Binding, Shape, type Var, type Writer } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { type Body, type Field, newBody } from "./body.ts";
import type { Scope } from "./scopes.ts";

export type Read = (reader: Reader, node: Node) => Var;
export type Run = (reader: Reader, node: Node) => void;

/** What reads expressions and runs statements, by type of node. */
export interface Tables {
  expressions: ReadonlyMap<string, Read>;
  statements: ReadonlyMap<string, Run>;
}

/** Known contents beyond this are forgotten: each write looks through all of them. */
const MAX_KNOWN = 100;

/** Walks the syntax tree of one file. It knows where it is; what each construct means is in the tables. */
export class Reader {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly scopes: ReadonlyMap<Node, Scope>;
  readonly module: Scope;
  /** Node of each definition -> its index. */
  readonly owners = new Map<Node, number>();
  readonly testFile: boolean;
  /** Names in a literal `__all__`. */
  readonly listed: ReadonlySet<string> | undefined;
  /** Containers made in this file: what is put into one under a key comes out under it. */
  readonly made = new Set<Var>();
  /** What texts that are put together begin with, for `getattr(self, "visit_" + kind)`. */
  readonly prefixes = new Map<Var, string>();
  scope: Scope;
  body: Body;
  /** Annotated names of the class body that is being read, with what they hold. */
  fields: Field[] = [];
  /** The same of classes that were read, whose objects take them as arguments. */
  readonly records = new Map<string, readonly Field[]>();
  /** Below `if TYPE_CHECKING`. */
  typeOnly = false;
  readonly #tables: Tables;

  constructor(
    tree: Tree,
    writer: Writer,
    scopes: ReadonlyMap<Node, Scope>,
    tables: Tables,
    about: { testFile: boolean; listed: ReadonlySet<string> | undefined },
  ) {
    this.tree = tree;
    this.writer = writer;
    this.scopes = scopes;
    this.module = scopes.get(0) as Scope;
    this.#tables = tables;
    this.testFile = about.testFile;
    this.listed = about.listed;
    this.scope = this.module;
    this.body = newBody(writer, 0, -1);
  }

  expression(node: Node): Var {
    if (node === NONE) return this.data();
    const read = this.#tables.expressions.get(this.tree.type(node));
    if (read !== undefined) return read(this, node);
    this.inside(node);
    return this.data();
  }

  statement(node: Node): void {
    const run = this.#tables.statements.get(this.tree.type(node));
    if (run !== undefined) run(this, node);
    else this.expression(node);
  }

  block(node: Node): void {
    if (node === NONE) return;
    const { tree } = this;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (tree.named(child)) this.statement(child);
    }
  }

  /** Of a node that says nothing itself (broken code, slices): its parts. */
  inside(node: Node): void {
    this.block(node);
  }

  /** Ops that follow are stamped with the place of `node`. */
  at(node: Node): void {
    const { tree, writer } = this;
    const start = tree.start(node);
    const { starts } = tree;
    // Most ops stand on the line of the one before or on the next.
    let line = writer.line;
    if (start >= (starts[line] ?? Number.POSITIVE_INFINITY)) line += 1;
    if ((starts[line - 1] as number) > start || start >= (starts[line] ?? Number.POSITIVE_INFINITY)) {
      line = tree.lineAt(start);
    }
    writer.line = line;
    writer.column = start - (starts[line - 1] as number);
  }

  /** A text of which only the beginning is known. */
  text(prefix: string): Var {
    if (!/^[A-Za-z_]\w+$/.test(prefix)) return this.data();
    const to = this.writer.make(Shape.DATA);
    this.prefixes.set(to, prefix);
    return to;
  }

  /** A value of no interest: numbers, None, text that is no key. */
  data(): Var {
    if (this.body.data === -1) this.body.data = this.writer.make(Shape.DATA);
    return this.body.data;
  }

  constant(text: string): Var {
    const { constants } = this.body;
    let found = constants.get(text);
    if (found === undefined) {
      found = this.writer.constant(text);
      constants.set(text, found);
    }
    return found;
  }

  global(name: string): Var {
    const { globals } = this.body;
    let found = globals.get(name);
    if (found === undefined) {
      found = this.writer.global(name);
      globals.set(name, found);
    }
    return found;
  }

  /** Whoever binds `name` as seen from here; undefined for builtins and star imports. */
  find(name: string): Binding | undefined {
    return this.#findFrom(this.scope, name);
  }

  #findFrom(start: Scope, name: string): Binding | undefined {
    for (let scope: Scope | undefined = start; scope !== undefined; scope = scope.parent) {
      if (scope.kind === "class" && scope !== start) continue;
      if (scope.globals?.has(name)) return this.module.bindings.get(name);
      const binding = scope.bindings.get(name);
      if (binding !== undefined) return binding;
    }
    return undefined;
  }

  name(name: string): Var {
    const binding = this.find(name);
    if (binding === undefined) return this.global(name);
    const { flow, unit } = this.body;
    if (binding.unit !== unit || binding.shared || flow.last(binding) !== undefined)
      return flow.read(binding);
    return this.#early(name, binding);
  }

  /** A name read before the running unit assigned it: a class body sees the name outside, a module the builtin. */
  #early(name: string, binding: Binding): Var {
    const { flow } = this.body;
    const { kind } = this.scope;
    if (kind === "class" && this.scope.parent !== undefined) {
      const outer = this.#findFrom(skipClasses(this.scope.parent), name);
      if (outer === undefined) return this.global(name);
      return flow.read(outer);
    }
    if (kind !== "module") return flow.read(binding);
    const either = this.writer.variable();
    this.writer.copy(either, flow.read(binding));
    this.writer.copy(either, this.global(name));
    return either;
  }

  write(name: string, value: Var): void {
    const binding = this.find(name);
    if (binding !== undefined) this.body.flow.write(binding, value);
  }

  /** `name.field` or `name[key]` was set. */
  learn(base: Node, path: string, value: Var): void {
    const { flow } = this.body;
    const binding = this.tree.type(base) === "identifier" ? this.find(this.tree.text(base)) : undefined;
    if (binding === undefined) {
      flow.forgetField(path);
      return;
    }
    this.body.known += 1;
    if (this.body.known > MAX_KNOWN) this.forgetAll();
    flow.setPath(binding, path, value);
  }

  known(base: Node, path: string): Var | undefined {
    if (this.body.known === 0 || this.tree.type(base) !== "identifier") return undefined;
    const binding = this.find(this.tree.text(base));
    return binding === undefined ? undefined : this.body.flow.path(binding, path);
  }

  /** Unknown code ran. */
  forgetAll(): void {
    if (this.body.known === 0) return;
    this.body.known = 0;
    this.body.flow.forgetAll();
  }

  /** One variable that holds whatever any of `values` holds. */
  either(values: readonly Var[]): Var {
    if (values.length === 1) return values[0] as Var;
    const to = this.writer.variable();
    for (const value of values) this.writer.copy(to, value);
    return to;
  }

  /** Enters a scope inside the running unit (comprehensions). */
  inScope<T>(node: Node, read: () => T): T {
    const scope = this.scopes.get(node);
    if (scope === undefined) return read();
    const before = this.scope;
    scope.parent = before;
    this.#bindNames(scope);
    this.scope = scope;
    const result = read();
    this.scope = before;
    return result;
  }

  /** Reads the body of another unit and ends its flow. */
  inUnit(node: Node, body: Body, read: () => void): void {
    const { body: before, scope: outer } = this;
    const { line, column } = this.writer;
    this.body = body;
    const scope = this.scopes.get(node) as Scope;
    if (scope !== outer) scope.parent = outer;
    this.#bindNames(scope);
    this.scope = scope;
    this.writer.within(body.unit, read);
    body.flow.finish(body.bindings);
    this.body = before;
    this.scope = outer;
    this.writer.line = line;
    this.writer.column = column;
  }

  #bindNames(scope: Scope): void {
    const { flow, bindings } = this.body;
    for (const name of scope.names) {
      const binding = flow.bind(name, scope.shared?.has(name) ?? false);
      scope.bindings.set(name, binding);
      bindings.push(binding);
    }
  }
}

function skipClasses(scope: Scope): Scope {
  let at = scope;
  while (at.kind === "class" && at.parent !== undefined) at = at.parent;
  return at;
}
