import { storeItem } from "./containers.ts";
import { type Engine, KEYS } from "./engine.ts";
import { Tongue } from "./program.ts";
import { Kind, type Obj } from "./values.ts";

/** Places of a list that are told apart when it is spread. */
export const MOST_PLACES = 12;

/** Elements of one list, but for the first `used`, arrive in another at their places. */
export function passOn(engine: Engine, from: Obj, rest: Obj, site: number, used = 0): void {
  if (
    engine.objects.kind.get(from) !== Kind.CONTAINER ||
    engine.objects.kind.get(rest) !== Kind.CONTAINER ||
    from === rest
  )
    return;
  const ecma = engine.tongueOf(from) === Tongue.ECMA;
  for (let index = used; index < MOST_PLACES; index++) {
    const known = engine.knownField(from, engine.program.id(ecma ? String(index) : `[${index}`));
    if (known !== -1) storeItem(engine, rest, engine.program.id(String(index - used)), known, site);
  }
  const any = engine.field(from, engine.names["[*"]);
  storeItem(engine, rest, engine.names["*"], any, site);
}

/** Entries of one dict arrive in another, each under its name. */
export function copyEntries(engine: Engine, from: Obj, to: Obj, site: number): void {
  if (engine.objects.kind.get(from) !== Kind.CONTAINER || from === to) return;
  engine.hook(engine.field(from, engine.names[KEYS]), (key) => {
    if (engine.objects.kind.get(key) !== Kind.CONSTANT) return;
    const name = engine.objects.a.get(key);
    const own = engine.tongueOf(from) === Tongue.ECMA ? name : engine.itemName(name);
    storeItem(engine, to, name, engine.field(from, own), site);
  });
  storeItem(engine, to, engine.names["*"], engine.field(from, engine.names["[*"]), site);
}
