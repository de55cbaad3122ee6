import { NONE, type Node } from "../../tree.ts";
import { type JavaFile, stamp } from "./file.ts";
import { qualified } from "./types.ts";

/** `import a.b.C`, `a.b.*`, `static a.b.C.m`, `static a.b.C.*`. Packages are written small, classes with a capital. */
export function importDeclaration(file: JavaFile, node: Node): void {
  const { tree, writer, names } = file;
  const nameNode = tree.children(node)[0];
  if (nameNode === undefined) return;
  const name = tree.text(nameNode).replace(/\s+/g, "");
  const isStatic = tree.childOf(node, "static") !== NONE;
  const isStar = tree.childOf(node, "asterisk") !== NONE;
  stamp(file, node);
  const { line } = writer;
  const top = topClass(name);
  if (top === "") {
    // A whole package, or a class written small.
    writer.imports.push({ specifier: name, line, name: isStar ? "*" : "", typeOnly: false });
    if (isStar) writer.star(name);
    else names.declare(name.slice(name.lastIndexOf(".") + 1), "type", writer.unit, qualified(file, name));
    return;
  }
  writer.imports.push({ specifier: top, line, name: "", typeOnly: false });
  let held = qualified(file, top);
  const members = name.length > top.length ? name.slice(top.length + 1).split(".") : [];
  const last = isStatic && !isStar ? members.pop() : undefined;
  for (const member of members) held = writer.load(held, member);
  if (last !== undefined) {
    // Both a method and a field may have the name.
    const own = names.declare(last, "package", writer.unit, held);
    own.text = last;
  } else if (isStar) file.staticStars.push(held);
  else names.declare(name.slice(name.lastIndexOf(".") + 1), "type", writer.unit, held);
}

/** `a.b.C` of `a.b.C.D.m`: up to the first name that begins with a capital; "" without one. */
function topClass(name: string): string {
  const parts = name.split(".");
  const at = parts.findIndex(startsLarge);
  return at === -1 ? "" : parts.slice(0, at + 1).join(".");
}

function startsLarge(name: string): boolean {
  const first = name.slice(name.lastIndexOf(".") + 1).charAt(0);
  return first !== first.toLowerCase();
}
