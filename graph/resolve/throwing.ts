import { instanceOf } from "./calls.ts";
import { ancestry } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { Kind, type Obj } from "./values.ts";

/** An object is thrown: whoever catches its class, or one above, may have caught it. */
export function thrown(engine: Engine, object: Obj): void {
  const { objects, flows } = engine;
  if (objects.kind.get(object) !== Kind.INSTANCE) return;
  for (const type of ancestry(engine, objects.a.get(object)))
    if (objects.kind.get(type) === Kind.CLASS) flows.add(engine.field(type, engine.names.__thrown__), object);
}

/** `to` holds what is caught as `type`. Of a class that nobody is seen to throw, it is some object. */
export function caught(engine: Engine, type: Obj, to: number): void {
  if (engine.objects.kind.get(type) !== Kind.CLASS) {
    instanceOf(engine, type, to);
    return;
  }
  engine.flows.flow(engine.field(type, engine.names.__thrown__), to);
  const some = engine.flows.make();
  instanceOf(engine, type, some);
  engine.hints.push(to, some);
}
