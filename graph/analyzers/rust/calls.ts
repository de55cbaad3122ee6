import { CallFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { calleeText } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { either, type RustFile, solid, stamp } from "./file.ts";

const MAX_TEXT = 200;

/** Functions that give back what they are given. */
export const SAME =
  /^(Some|Ok|Err|(\w+::)*(Box|Rc|Arc|RefCell|Cell|Mutex|RwLock|Pin|Cow)(::<.*>)?::(new|clone|pin|from))$/;
const NEW_LIST =
  /^(\w+::)*(Vec|VecDeque|HashMap|BTreeMap|HashSet|BTreeSet)(::<.*>)?::(new|with_capacity|default)$/;

/** Methods of wrappers, iterators and smart pointers that give what they are called on. */
const THROUGH = new Set(
  (
    "unwrap expect unwrap_or unwrap_or_else unwrap_or_default unwrap_err ok err as_ref as_mut as_deref as_deref_mut " +
    "borrow borrow_mut lock read write clone cloned copied to_owned iter iter_mut into_iter collect into as_slice " +
    "ok_or ok_or_else context with_context filter rev skip take chain peekable deref deref_mut get_mut_or map_err values " +
    "values_mut drain upgrade unwrap_unchecked or or_else by_ref enumerate"
  ).split(" "),
);
/** Methods of collections that give an element. */
const ELEMENT = new Set(
  "get get_mut pop pop_front pop_back first last next nth remove find max_by min_by max_by_key min_by_key entry or_insert or_insert_with".split(
    " ",
  ),
);
/** Methods of collections that take an element, as their last argument. */
const TAKES = new Set("push push_back push_front insert extend append or_insert".split(" "));

/** Other methods of the standard library that are called everywhere: not worth a line among the unresolved. */
const COMMON = new Set(
  (
    "map for_each any all sum count len is_empty to_string clone fold flat_map flatten zip join contains contains_key " +
    "is_some is_none is_ok is_err and_then map_or map_or_else as_str as_bytes trim split starts_with ends_with parse " +
    "push_str sort sort_by sort_by_key dedup retain clear keys min max abs eq cmp partial_cmp fmt hash to_vec position " +
    "filter_map find_map partition windows chunks lines chars bytes replace extend_from_slice is_some_and"
  ).split(" "),
);

export function call(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  let callee = tree.field(node, "function");
  const list = tree.field(node, "arguments");
  if (callee !== NONE && tree.type(callee) === "generic_function") callee = tree.field(callee, "function");
  if (callee === NONE) return PLAIN;
  if (tree.type(callee) === "field_expression") return methodCall(file, callee, list);
  const text = tree.source.slice(
    tree.start(callee),
    Math.min(tree.end(callee), tree.start(callee) + MAX_TEXT),
  );
  if (SAME.test(text)) return either(file, argumentsOf(file, list));
  if (NEW_LIST.test(text)) {
    argumentsOf(file, list);
    return writer.make(Shape.LIST);
  }
  const target = file.value(callee);
  const args = argumentsOf(file, list);
  if (target === PLAIN) return PLAIN;
  const own = tree.type(callee) === "scoped_identifier" ? tree.field(callee, "name") : callee;
  const name = own === NONE ? callee : own;
  stamp(file, name);
  // A capital: a variant or a tuple struct, which runs nothing.
  const flags = /^[A-Z]/.test(tree.text(name)) ? CallFlag.QUIET : CallFlag.NONE;
  const solids = args.map((held) => solid(file, held));
  return writer.call(target, solids, calleeText(tree, tree.start(callee), name), flags);
}

function methodCall(file: RustFile, callee: Node, list: Node): Var {
  const { tree, writer } = file;
  const nameNode = tree.field(callee, "field");
  const base = file.value(tree.field(callee, "value"));
  const name = tree.text(nameNode);
  const before = file.element;
  if (base !== PLAIN && hasClosure(file, list)) {
    // What a closure is given: an element of the collection, or what the wrapper holds.
    file.element = writer.variable();
    writer.copy(file.element, base);
    writer.item(base, "*", file.element);
  }
  const args = argumentsOf(file, list);
  file.element = before;
  if (base === PLAIN || nameNode === NONE) return PLAIN;
  return send(file, base, name, args, calleeText(tree, tree.start(callee), nameNode), nameNode);
}

/** Calls a method; those of the standard library give back, hold or take what is known of them. */
export function send(
  file: RustFile,
  base: Var,
  name: string,
  args: readonly Var[],
  text: string,
  place: Node,
): Var {
  const { writer } = file;
  stamp(file, place);
  const known = THROUGH.has(name) || ELEMENT.has(name) || TAKES.has(name) || COMMON.has(name);
  const solids = args.map((held) => solid(file, held));
  const result = writer.call(writer.load(base, name), solids, text, known ? CallFlag.QUIET : CallFlag.NONE);
  if (TAKES.has(name)) {
    const last = args.at(-1) ?? PLAIN;
    if (last !== PLAIN) writer.put(base, "*", last);
  }
  if (ELEMENT.has(name)) writer.hint(result, writer.item(base, "*"));
  else if (THROUGH.has(name)) writer.hint(result, base);
  return result;
}

function hasClosure(file: RustFile, list: Node): boolean {
  return list !== NONE && file.tree.childOf(list, "closure_expression") !== NONE;
}

function argumentsOf(file: RustFile, list: Node): Var[] {
  return list === NONE ? [] : file.tree.children(list).map((node) => file.value(node));
}
