import { LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { type Name, PLAIN, variableOf } from "../typed/scopes.ts";
import { once, type RustFile, stamp } from "./file.ts";

/** What a single name stands for; PLAIN when nothing in sight binds it. */
export function named(file: RustFile, name: string): Var {
  const { writer, names, stars } = file;
  if (name === "Self") return file.selfType;
  const found = names.find(name);
  if (found !== undefined) return heldBy(file, found);
  if (PRELUDE.has(name)) return PLAIN;
  const held = once(file, name, () => writer.global(name));
  if (stars.length === 0) return held;
  const any = writer.variable();
  writer.copy(any, held);
  for (const star of stars) writer.load(star, name, LoadFlag.NONE, any);
  return any;
}

function heldBy(file: RustFile, name: Name): Var {
  return name.kind === "plain" || name.kind === "parameter" ? name.variable : variableOf(file.writer, name);
}

const PRELUDE = new Set(
  (
    "Some None Ok Err Box Vec String Option Result drop str bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 " +
    "usize f32 f64 Rc Arc RefCell Cell Mutex RwLock"
  ).split(" "),
);

/** `a::b::c`, in an expression or a type. */
export function path(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "identifier":
    case "type_identifier":
    case "primitive_type":
      stamp(file, node);
      return named(file, tree.text(node));
    case "crate":
      return once(file, "crate", () => writer.import("crate"));
    case "super":
      return moduleAbove(file, 1);
    case "self":
      return named(file, "self");
    case "metavariable":
      return PLAIN;
    case "generic_type":
      return path(file, tree.field(node, "type"));
    case "generic_function":
      return path(file, tree.field(node, "function"));
    case "bracketed_type":
      return path(file, tree.children(node)[0] ?? NONE);
    case "qualified_type":
      // <T as Trait>::f
      return path(file, tree.field(node, "type"));
    case "reference_type":
      return path(file, tree.field(node, "type"));
    case "scoped_identifier":
    case "scoped_type_identifier":
      return scoped(file, node);
    default:
      return PLAIN;
  }
}

function scoped(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  const outer = tree.field(node, "path");
  const name = tree.field(node, "name");
  if (name === NONE) return PLAIN;
  if (outer === NONE) return named(file, tree.text(name));
  const base = scopeOf(file, outer);
  if (base === PLAIN) return PLAIN;
  stamp(file, name);
  return writer.load(base, tree.text(name));
}

/** What stands before `::`: a module, a type, a crate. */
function scopeOf(file: RustFile, node: Node): Var {
  const { tree, names } = file;
  const type = tree.type(node);
  if (type === "self") return moduleAbove(file, 0);
  if (type === "scoped_identifier") {
    const levels = supers(tree.text(node));
    if (levels > 0) return moduleAbove(file, levels);
  }
  if (type === "identifier") {
    const name = tree.text(node);
    // A crate needs no `use`.
    if (names.find(name) === undefined && name === name.toLowerCase() && !PRELUDE.has(name)) {
      return once(file, `${name}::`, () => crate(file, name));
    }
  }
  return path(file, node);
}

/** `self` (0), `super` (1), `super::super` (2): a module written in this file, this file, or one above it. */
export function moduleAbove(file: RustFile, levels: number): Var {
  const { modules, writer } = file;
  const at = modules.length - levels;
  if (at > 0) return modules[at - 1] as Var;
  const specifier = at === 0 ? "self" : Array.from({ length: -at }, () => "super").join("::");
  return once(file, `${specifier}::`, () => writer.import(specifier));
}

/** How many modules `super::super` goes up; 0 for other paths. */
export function supers(text: string): number {
  return /^super(::super)*$/.test(text) ? text.split("::").length : 0;
}

/** A path as it would be written in the file itself, outside of the modules in it. */
export function fromFile(file: RustFile, text: string): string {
  const depth = file.modules.length;
  if (depth === 0) return text;
  const parts = text.split("::");
  const first = parts.findIndex((part) => part !== "super");
  const levels = first === -1 ? parts.length : first;
  if (levels === 0) return text;
  const above = Array.from({ length: Math.max(0, levels - depth) }, () => "super");
  return [...(above.length === 0 ? ["self"] : above), ...parts.slice(levels)].join("::");
}

/** A crate, or a name that a glob import or a macro brings. */
export function crate(file: RustFile, name: string): Var {
  const held = file.writer.import(name);
  file.writer.hint(held, file.writer.global(name));
  return held;
}
