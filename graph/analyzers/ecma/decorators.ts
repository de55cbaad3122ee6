import { CallFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Walker } from "./walker.ts";

/** What a decorator evaluates to. */
export function decoratorValue(walker: Walker, decorator: Node): { value: Var; node: Node } {
  const [inner = NONE] = walker.tree.children(decorator);
  return { value: walker.value(inner), node: inner };
}

export type Applied = { value: Var; node: Node };

/**
 * Decorators run from the inside out. What they decorate stays unless they put something else in its place: by what they
 * return or, in the older form `(target, key, descriptor)`, by what they set as the descriptor's value.
 */
export function decorate(
  walker: Walker,
  decorators: readonly Applied[],
  value: Var,
  node: Node,
  member = false,
): Var {
  const { writer } = walker;
  let current = value;
  for (const decorator of decorators.toReversed()) {
    walker.at(decorator.node === NONE ? node : decorator.node);
    const text = walker.tree.text(decorator.node);
    const left = writer.variable();
    writer.copy(left, current);
    const given = [current, walker.data()];
    if (member) {
      const descriptor = writer.make(Shape.OBJECT);
      writer.store(descriptor, "value", current);
      given.push(descriptor);
    }
    writer.copy(left, writer.call(decorator.value, given, text, CallFlag.DECORATOR));
    const [, , descriptor] = given;
    if (descriptor !== undefined) writer.copy(left, writer.load(descriptor, "value"));
    current = left;
  }
  return current;
}
